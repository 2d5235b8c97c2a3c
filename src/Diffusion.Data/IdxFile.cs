using System.Buffers.Binary;
using System.IO.Compression;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>
/// Pictures and labels in the format IDX, which MNIST, Fashion-MNIST and QMNIST use (LeCun, Cortes and Burges): a magic number,
/// the sizes, then numbers; plain, or compressed with gzip.
/// </summary>
public static class IdxFile
{
    private const long MaxBytes = 1L << 30;

    // Deflate cannot do better than this.
    private const long MaxInflation = 1032;

    // The magic numbers: the type of a number (0x08 an unsigned byte, 0x0C four bytes), and how many dimensions there are.
    private const uint Bytes1 = 0x0801, Bytes3 = 0x0803, Ints1 = 0x0C01, Ints2 = 0x0C02;

    /// <summary>Reads pictures (an idx3 file of unsigned bytes).</summary>
    /// <param name="path">The file; gzip is recognised by its content.</param>
    /// <returns>[N, 1, H, W] in float32: byte 0 is −1, byte 255 is 1. The caller owns it.</returns>
    /// <exception cref="InvalidInputException">There is no such file, or it is of another kind, cut short, too long or damaged.</exception>
    public static Tensor Pictures(string path)
    {
        var (sizes, bytes) = Read(path, Bytes3);
        AvailableMemory.Require(path, $"{sizes[0]} pictures of {sizes[1]}×{sizes[2]}", (1.0 + sizeof(float)) * bytes.Length);
        using Tensor raw = tensor(bytes, [sizes[0], 1, sizes[1], sizes[2]]);
        return raw.to(ScalarType.Float32).ScaleInPlace(2 / 255.0).AddInPlace(-1);
    }

    /// <summary>
    /// Reads labels: an idx1 file of unsigned bytes; or an idx1 or idx2 file of 32-bit numbers, whose first column is the class (QMNIST).
    /// </summary>
    /// <param name="path">The file; gzip is recognised by its content.</param>
    /// <returns>One for each sample, as the file has them.</returns>
    /// <exception cref="InvalidInputException">There is no such file, or it is of another kind, cut short, too long or damaged.</exception>
    public static int[] Labels(string path)
    {
        var (sizes, bytes) = Read(path, Bytes1, Ints1, Ints2);
        int width = bytes.Length / sizes[0];
        return [.. Enumerable.Range(0, sizes[0]).Select(row =>
            width == 1 ? bytes[row] : BinaryPrimitives.ReadInt32BigEndian(bytes.AsSpan(row * width)))];
    }

    private static (int[] Sizes, byte[] Bytes) Read(string path, params uint[] kinds)
    {
        string takes = $"IDX of magic number {string.Join(" or ", kinds.Select(kind => $"0x{kind:X8}"))}";
        using FileStream file = SizedFile.Open(path, takes);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream content = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            byte[] magic = new byte[4];
            content.ReadExactly(magic);
            uint kind = BinaryPrimitives.ReadUInt32BigEndian(magic);
            InvalidInputException.Require(kinds.Contains(kind), path, $"magic number 0x{kind:X8}", takes);
            byte[] header = new byte[4 * (kind & 0xFF)];
            content.ReadExactly(header);
            int[] sizes = Sizes(header, path);
            int width = kind >> 8 == 0x0C ? sizeof(int) : 1;
            long bytes = sizes.Aggregate((long)width, (product, size) => product > MaxBytes ? product : product * size);
            long max = Math.Min(MaxBytes, compressed ? file.Length * MaxInflation : file.Length - magic.Length - header.Length);
            InvalidInputException.Require(bytes <= max,
                path, $"sizes {string.Join("×", sizes)}", $"at most {max} bytes of data in this file");
            byte[] data = new byte[bytes];
            content.ReadExactly(data);
            InvalidInputException.Require(content.ReadByte() < 0, path, "more bytes than its header names", $"{bytes} bytes of data");
            return (sizes, data);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidInputException(path, "a file that is cut short", takes);
        }
        catch (InvalidDataException)
        {
            throw new InvalidInputException(path, "damaged gzip", takes);
        }
    }

    private static int[] Sizes(byte[] header, string path) => [.. header.Chunk(4).Select(bytes =>
    {
        uint size = BinaryPrimitives.ReadUInt32BigEndian(bytes);
        InvalidInputException.Require(size is > 0 and <= int.MaxValue, path, $"size {size}", $"sizes from 1 to {int.MaxValue}");
        return (int)size;
    })];
}
