using System.Buffers.Binary;
using System.IO.Compression;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>
/// Pictures and labels in the format IDX, which MNIST and Fashion-MNIST use (LeCun, Cortes and Burges): a magic number, the
/// sizes, then bytes; plain, or compressed with gzip.
/// </summary>
public static class IdxFile
{
    private const long MaxBytes = 1L << 30;

    // Deflate cannot do better than this.
    private const long MaxInflation = 1032;

    /// <summary>Reads pictures (an idx3 file of unsigned bytes).</summary>
    /// <param name="path">The file; gzip is recognised by its content.</param>
    /// <returns>[N, 1, H, W] in float32: byte 0 is −1, byte 255 is 1. The caller owns it.</returns>
    /// <exception cref="InvalidInputException">There is no such file, or it is of another kind, cut short, too long or damaged.</exception>
    public static Tensor Pictures(string path)
    {
        var (sizes, bytes) = Read(path, dimensions: 3);
        using Tensor raw = tensor(bytes, [sizes[0], 1, sizes[1], sizes[2]]);
        return raw.to(ScalarType.Float32).ScaleInPlace(2 / 255.0).AddInPlace(-1);
    }

    /// <summary>Reads labels (an idx1 file of unsigned bytes).</summary>
    /// <param name="path">The file; gzip is recognised by its content.</param>
    /// <returns>[N] in int64. The caller owns it.</returns>
    /// <exception cref="InvalidInputException">There is no such file, or it is of another kind, cut short, too long or damaged.</exception>
    public static Tensor Labels(string path)
    {
        using Tensor raw = tensor(Read(path, dimensions: 1).Bytes);
        return raw.to(ScalarType.Int64);
    }

    private static (int[] Sizes, byte[] Bytes) Read(string path, int dimensions)
    {
        InvalidInputException.Require(File.Exists(path), path, "no such file", $"an IDX file of {dimensions} dimensions");
        using FileStream file = File.OpenRead(path);
        bool compressed = file.ReadByte() == 0x1F && file.ReadByte() == 0x8B;
        file.Position = 0;
        using Stream content = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        try
        {
            byte[] header = new byte[4 + 4 * dimensions];
            content.ReadExactly(header);
            int[] sizes = Sizes(header, dimensions, path);
            long bytes = sizes.Aggregate(1L, (product, size) => product > MaxBytes ? product : product * size);
            long max = Math.Min(MaxBytes, compressed ? file.Length * MaxInflation : file.Length - header.Length);
            InvalidInputException.Require(bytes <= max,
                path, $"sizes {string.Join("×", sizes)}", $"at most {max} bytes of data in this file");
            byte[] data = new byte[bytes];
            content.ReadExactly(data);
            InvalidInputException.Require(content.ReadByte() < 0, path, "more bytes than its header names", $"{bytes} bytes of data");
            return (sizes, data);
        }
        catch (EndOfStreamException)
        {
            throw new InvalidInputException(path, "a file that is cut short", $"an IDX file of {dimensions} dimensions");
        }
        catch (InvalidDataException)
        {
            throw new InvalidInputException(path, "damaged gzip", $"an IDX file of {dimensions} dimensions");
        }
    }

    private static int[] Sizes(byte[] header, int dimensions, string path)
    {
        const byte UnsignedByte = 0x08;
        InvalidInputException.Require(header is [0, 0, UnsignedByte, var named, ..] && named == dimensions,
            path, $"magic number 0x{Convert.ToHexString(header, 0, 4)}",
            $"0x0000080{dimensions}: IDX, unsigned bytes, {dimensions} {(dimensions == 1 ? "dimension" : "dimensions")}");
        int[] sizes = new int[dimensions];
        for (int i = 0; i < dimensions; i++)
        {
            uint size = BinaryPrimitives.ReadUInt32BigEndian(header.AsSpan(4 + 4 * i));
            InvalidInputException.Require(size is > 0 and <= int.MaxValue, path, $"size {size}", $"sizes from 1 to {int.MaxValue}");
            sizes[i] = (int)size;
        }

        return sizes;
    }
}
