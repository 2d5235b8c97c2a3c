using System.Buffers.Binary;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// Tensors by name in one file that every framework reads and that holds no code: the format safetensors
/// (https://huggingface.co/docs/safetensors), which is eight bytes with the length of a JSON header, the header, the data.
/// </summary>
public static class Safetensors
{
    private const int LengthBytes = 8;

    // A span counts its bytes in 31 bits; tensors do not.
    private const long MostBytesAtOnce = 1 << 28;

    /// <summary>Writes tensors to a file, which is either whole or not there at all. Equal tensors give equal bytes.</summary>
    /// <param name="path">The file; its folder is created if need be.</param>
    /// <param name="tensors">The tensors by name; they are not changed.</param>
    /// <param name="metadata">Texts to keep with them.</param>
    /// <exception cref="InvalidInputException">A name is reserved, or a type is none that the format and this library share.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string>? metadata = null)
    {
        var header = SafetensorsHeader.Plan(tensors, metadata ?? new Dictionary<string, string>());
        byte[] json = header.ToJson();
        AtomicFile.Write(path, stream =>
        {
            Span<byte> length = stackalloc byte[LengthBytes];
            BinaryPrimitives.WriteInt64LittleEndian(length, json.Length);
            stream.Write(length);
            stream.Write(json);
            foreach (TensorEntry entry in header.Entries)
            {
                using var scope = NewDisposeScope();
                MoveBytes(tensors[entry.Name].detach().cpu().contiguous(), bytes => stream.Write(bytes));
            }
        });
    }

    /// <summary>Reads a file whole. Nothing in it is trusted: sizes are held against the file's length before memory is taken.</summary>
    /// <param name="path">The file.</param>
    /// <returns>
    /// The tensors, which the caller owns through the result: unsigned 16 and 32 bits as Int32 and Int64, eight-bit reals as Float32.
    /// </returns>
    /// <exception cref="InvalidInputException">There is no such file, or it breaks a rule of the format.</exception>
    public static SafetensorsFile Load(string path)
    {
        using FileStream stream = SizedFile.Open(path, "a safetensors file");
        SafetensorsHeader header = ReadHeader(stream, path);
        var tensors = new Dictionary<string, Tensor>();
        var unread = new Dictionary<string, string>();
        try
        {
            foreach (TensorEntry entry in header.Entries)
            {
                if (entry.Raw is not { } type)
                {
                    unread[entry.Name] = entry.Dtype;
                    stream.Seek(entry.End - entry.Begin, SeekOrigin.Current);
                    continue;
                }

                using Tensor raw = empty(entry.Shape, type, device: CPU).DetachFromDisposeScope();
                MoveBytes(raw, stream.ReadExactly);
                if (type == ScalarType.Bool)
                {
                    MoveBytes(raw, bytes => CheckBooleans(bytes, path, entry.Name));
                }

                if (entry.Numbers(raw) is { } numbers)
                {
                    tensors[entry.Name] = numbers;
                }
                else
                {
                    unread[entry.Name] = entry.Dtype;
                }
            }
        }
        catch (Exception failure)
        {
            new SafetensorsFile(tensors, unread, header.Metadata).Dispose();
            if (failure is EndOfStreamException)
            {
                throw new InvalidInputException(path, "a file that became shorter while it was read", "a safetensors file");
            }

            throw;
        }

        return new(tensors, unread, header.Metadata);
    }

    private static SafetensorsHeader ReadHeader(FileStream stream, string path)
    {
        long fileBytes = stream.Length;
        Span<byte> prefix = stackalloc byte[LengthBytes];
        if (fileBytes < LengthBytes)
        {
            throw new InvalidInputException(
                path, $"{fileBytes} bytes", "a safetensors file, which begins with the eight bytes of its header's length");
        }

        stream.ReadExactly(prefix);
        ulong length = BinaryPrimitives.ReadUInt64LittleEndian(prefix);
        ulong most = (ulong)Math.Min(fileBytes - LengthBytes, SafetensorsHeader.LongestBytes);
        if (length > most)
        {
            throw new InvalidInputException(
                path, $"a header of {length} bytes", $"a safetensors file; in one of {fileBytes} bytes the header has at most {most}");
        }

        byte[] json = new byte[length];
        stream.ReadExactly(json);
        return SafetensorsHeader.Read(json, fileBytes - LengthBytes - json.Length, path);
    }

    private static void CheckBooleans(Span<byte> bytes, string path, string name)
    {
        // To libtorch any other byte is neither true nor false.
        if (bytes.IndexOfAnyExceptInRange((byte)0, (byte)1) is >= 0 and var place)
        {
            throw new InvalidInputException(
                $"{path}, tensor {SafetensorsHeader.Quote(name)}", $"the byte {bytes[place]}", "0 and 1 as BOOL");
        }
    }

    /// <summary>Hands over a contiguous tensor's own bytes, in order, in pieces that a span can hold.</summary>
    private static void MoveBytes(Tensor tensor, SpanAction move)
    {
        using Tensor flat = tensor.view(-1);
        long elements = flat.numel(), atOnce = MostBytesAtOnce / tensor.ElementSize;
        for (long begin = 0; begin < elements; begin += atOnce)
        {
            using Tensor piece = flat.narrow(0, begin, Math.Min(atOnce, elements - begin));
            move(piece.bytes);
        }
    }

    private delegate void SpanAction(Span<byte> bytes);
}
