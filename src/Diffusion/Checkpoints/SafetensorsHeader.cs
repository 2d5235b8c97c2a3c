using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The JSON header of a safetensors file: every tensor's type, shape and place, and texts under <c>__metadata__</c>.
/// Reading one trusts nothing in it.
/// </summary>
/// <param name="Entries">The tensors in the order of their data, which leave no hole.</param>
/// <param name="Metadata">The texts.</param>
internal sealed record SafetensorsHeader(IReadOnlyList<TensorEntry> Entries, IReadOnlyDictionary<string, string> Metadata)
{
    /// <summary>The longest header that readers of the format accept, in bytes.</summary>
    public const int LongestBytes = 100_000_000;

    private const string MetadataName = "__metadata__";

    // What libtorch's own operations bear.
    private const int MostDimensions = 64;

    /// <summary>Plans the file of some tensors: the widest types first, so that each lies at a multiple of its size.</summary>
    /// <exception cref="InvalidInputException">A name is reserved, or a type is none of the format's.</exception>
    public static SafetensorsHeader Plan(IReadOnlyDictionary<string, Tensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        var entries = new List<TensorEntry>();
        long offset = 0;
        foreach (var (name, tensor) in tensors
            .OrderByDescending(pair => TensorEntry.SizeOf(pair.Value.dtype))
            .ThenBy(pair => pair.Key, StringComparer.Ordinal))
        {
            if (name == MetadataName)
            {
                throw new InvalidInputException("tensor name", name, "any other name: the format reserves this one");
            }

            if (TensorEntry.NameOf(tensor.dtype) is null)
            {
                throw new InvalidInputException($"tensor {Quote(name)}", $"type {tensor.dtype}", TensorEntry.TypeNames);
            }

            long bytes = tensor.numel() * TensorEntry.SizeOf(tensor.dtype);
            entries.Add(new(name, tensor.dtype, tensor.shape, offset, offset + bytes));
            offset += bytes;
        }

        return new(entries, metadata);
    }

    /// <summary>The header's bytes, padded with spaces so that the data after it and its length lies at a multiple of eight.</summary>
    /// <exception cref="InvalidInputException">It is longer than readers accept.</exception>
    public byte[] ToJson()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer, new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            json.WriteStartObject();
            if (Metadata.Count > 0)
            {
                json.WriteStartObject(MetadataName);
                foreach (var (name, text) in Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                {
                    json.WriteString(name, text);
                }

                json.WriteEndObject();
            }

            foreach (TensorEntry entry in Entries)
            {
                json.WriteStartObject(entry.Name);
                json.WriteString("dtype", TensorEntry.NameOf(entry.Type));
                WriteNumbers("shape", entry.Shape);
                WriteNumbers("data_offsets", [entry.Begin, entry.End]);
                json.WriteEndObject();
            }

            json.WriteEndObject();

            void WriteNumbers(string name, long[] numbers)
            {
                json.WriteStartArray(name);
                foreach (long number in numbers)
                {
                    json.WriteNumberValue(number);
                }

                json.WriteEndArray();
            }
        }

        int padding = -buffer.WrittenCount & 7;
        buffer.GetSpan(padding)[..padding].Fill((byte)' ');
        buffer.Advance(padding);
        return buffer.WrittenCount <= LongestBytes
            ? buffer.WrittenSpan.ToArray()
            : throw new InvalidInputException("safetensors header", $"{buffer.WrittenCount} bytes", $"at most {LongestBytes}");
    }

    /// <summary>Reads a header and holds it against the bytes that follow it.</summary>
    /// <param name="json">The header's bytes.</param>
    /// <param name="dataBytes">How many bytes of data follow.</param>
    /// <param name="file">The file's name, for messages.</param>
    /// <exception cref="InvalidInputException">It breaks a rule of the format.</exception>
    public static SafetensorsHeader Read(ReadOnlySpan<byte> json, long dataBytes, string file)
    {
        if (json.IsEmpty || json[0] != (byte)'{' || !Utf8.IsValid(json))
        {
            throw new InvalidInputException(file, "a header that is no JSON object in UTF-8", "a safetensors file");
        }

        try
        {
            var header = new HeaderReader(json, file).Read();
            CheckPlaces(header.Entries, dataBytes, file);
            return header;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape such as \ud800, which is half a character.
            throw new InvalidInputException(file, "a header that is no valid JSON", "a safetensors file");
        }
    }

    /// <summary>A name from a file, as a message can show it: one short line.</summary>
    public static string Quote(string name) =>
        "\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(name.Length <= 60 ? name : name[..60] + "…") + "\"";

    private static void CheckPlaces(IReadOnlyList<TensorEntry> entries, long dataBytes, string file)
    {
        long expected = 0;
        foreach (TensorEntry entry in entries)
        {
            string tensor = $"{file}, tensor {Quote(entry.Name)}";
            string got = $"data_offsets [{entry.Begin}, {entry.End}]";
            if (entry.Begin != expected || entry.End < entry.Begin)
            {
                throw new InvalidInputException(tensor, got, $"data that begins at {expected}, where the tensor before ends");
            }

            if (entry.Bytes != entry.End - entry.Begin)
            {
                throw new InvalidInputException(tensor, got, entry.Bytes is { } bytes
                    ? $"the {bytes} bytes of its shape and type"
                    : "a shape whose size fits into 64 bits");
            }

            if (entry.End > dataBytes)
            {
                throw new InvalidInputException(tensor, got, $"offsets within the file's {dataBytes} bytes of data");
            }

            expected = entry.End;
        }

        if (expected != dataBytes)
        {
            throw new InvalidInputException(file, $"{dataBytes} bytes of data", $"the {expected} bytes that its header names");
        }
    }

    /// <summary>Walks the JSON once, token by token, so that a hostile one costs no more than its own length.</summary>
    private ref struct HeaderReader(ReadOnlySpan<byte> json, string file)
    {
        private Utf8JsonReader reader = new(json, new JsonReaderOptions { MaxDepth = 8 });

        public SafetensorsHeader Read()
        {
            var names = new HashSet<string>();
            var entries = new List<TensorEntry>();
            Dictionary<string, string> metadata = [];
            reader.Read();
            while (NextName() is { } name)
            {
                if (!names.Add(name))
                {
                    throw new InvalidInputException(file, $"the name {Quote(name)} twice", "every name once");
                }

                if (name == MetadataName)
                {
                    metadata = ReadMetadata();
                }
                else
                {
                    entries.Add(ReadEntry(name));
                }
            }

            // Throws where something follows the object.
            reader.Read();
            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            return new(entries, metadata);
        }

        private Dictionary<string, string> ReadMetadata()
        {
            Expect(JsonTokenType.StartObject, MetadataName, "an object of texts");
            var metadata = new Dictionary<string, string>();
            while (NextName() is { } name)
            {
                Expect(JsonTokenType.String, MetadataName, "an object of texts");
                if (!metadata.TryAdd(name, reader.GetString()!))
                {
                    throw new InvalidInputException($"{file}, {MetadataName}", $"the name {Quote(name)} twice", "every name once");
                }
            }

            return metadata;
        }

        private TensorEntry ReadEntry(string name)
        {
            Expect(JsonTokenType.StartObject, name, "an object with dtype, shape and data_offsets");
            ScalarType? type = null;
            long[]? shape = null, offsets = null;
            while (NextName() is { } field)
            {
                bool twice = field switch { "dtype" => type is not null, "shape" => shape is not null, "data_offsets" => offsets is not null, _ => false };
                if (twice)
                {
                    throw new InvalidInputException($"{file}, tensor {Quote(name)}", $"the field {field} twice", "every field once");
                }

                switch (field)
                {
                    case "dtype":
                        Expect(JsonTokenType.String, name, $"a dtype of {TensorEntry.TypeNames}");
                        string text = reader.GetString()!;
                        type = TensorEntry.TypeOf(text)
                            ?? throw new InvalidInputException($"{file}, tensor {Quote(name)}", $"dtype {Quote(text)}", TensorEntry.TypeNames);
                        break;
                    case "shape":
                        shape = ReadNumbers(name, field, MostDimensions);
                        break;
                    case "data_offsets":
                        offsets = ReadNumbers(name, field, 2);
                        break;
                    default:
                        reader.Read();
                        reader.Skip();
                        break;
                }
            }

            return type is { } known && shape is not null && offsets is [var begin, var end]
                ? new(name, known, shape, begin, end)
                : throw new InvalidInputException($"{file}, tensor {Quote(name)}", "an incomplete entry", "dtype, shape and two data_offsets");
        }

        private long[] ReadNumbers(string name, string field, int most)
        {
            string takes = $"{field} of at most {most} whole numbers from 0";
            Expect(JsonTokenType.StartArray, name, takes);
            var numbers = new List<long>();
            while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
            {
                if (reader.TokenType != JsonTokenType.Number || !reader.TryGetInt64(out long number) || number < 0 || numbers.Count == most)
                {
                    throw new InvalidInputException($"{file}, tensor {Quote(name)}", Token(), takes);
                }

                numbers.Add(number);
            }

            return [.. numbers];
        }

        private string? NextName()
        {
            reader.Read();
            return reader.TokenType == JsonTokenType.EndObject ? null : reader.GetString()!;
        }

        private void Expect(JsonTokenType expected, string name, string takes)
        {
            reader.Read();
            if (reader.TokenType != expected)
            {
                throw new InvalidInputException($"{file}, {Quote(name)}", Token(), takes);
            }
        }

        private readonly string Token() => reader.TokenType switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a text",
            JsonTokenType.Number when reader.ValueSpan.Length <= 40 => System.Text.Encoding.UTF8.GetString(reader.ValueSpan),
            JsonTokenType.Number => "a long number",
            _ => reader.TokenType.ToString().ToLowerInvariant(),
        };
    }
}
