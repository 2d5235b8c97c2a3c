using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Unicode;
using static Diffusion.Runtime.InvalidInputException;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

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
    private const int MaxDimensions = 64;

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

            if (TensorEntry.NameOf(tensor.dtype) is not { } dtype)
            {
                throw new InvalidInputException($"tensor {Quote(name)}", $"type {tensor.dtype}", TensorEntry.TypeNames);
            }

            long bytes = tensor.numel() * TensorEntry.SizeOf(tensor.dtype);
            entries.Add(new(name, dtype, tensor.shape, offset, offset + bytes));
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
                json.WriteString("dtype", entry.Dtype);
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
    public static SafetensorsHeader Read(byte[] json, long dataBytes, string file)
    {
        Require(json is [(byte)'{', ..] && Utf8.IsValid(json), file, "a header that is no JSON object in UTF-8", "a safetensors file");
        try
        {
            using var document = JsonDocument.Parse(json, new() { MaxDepth = 8, AllowDuplicateProperties = false });
            var metadata = new Dictionary<string, string>();
            var entries = new List<TensorEntry>();
            foreach (JsonProperty property in document.RootElement.EnumerateObject())
            {
                if (property.Name == MetadataName)
                {
                    metadata = Texts(property.Value, $"{file}, {MetadataName}");
                }
                else
                {
                    entries.Add(Entry(property.Name, property.Value, $"{file}, tensor {Quote(property.Name)}"));
                }
            }

            entries.Sort((a, b) => (a.Begin, a.End).CompareTo((b.Begin, b.End)));
            CheckPlaces(entries, dataBytes, file);
            return new(entries, metadata);
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape such as \ud800, which is half a character.
            throw new InvalidInputException(file, "a header that is no valid JSON, or says something twice", "a safetensors file");
        }
    }

    /// <summary>A name from a file, as a message can show it: one short line.</summary>
    public static string Quote(string name) =>
        "\"" + JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(name.Length <= 60 ? name : name[..60] + "…") + "\"";

    private static Dictionary<string, string> Texts(JsonElement value, string field)
    {
        Require(value.ValueKind == JsonValueKind.Object, field, Kind(value), "an object of texts");
        return value.EnumerateObject().ToDictionary(text => text.Name, text => text.Value.ValueKind == JsonValueKind.String
            ? text.Value.GetString()!
            : throw new InvalidInputException(field, Kind(text.Value), "an object of texts"));
    }

    private static TensorEntry Entry(string name, JsonElement value, string field)
    {
        JsonElement dtype = default, shape = default, offsets = default;
        Require(
            value.ValueKind == JsonValueKind.Object && value.TryGetProperty("dtype", out dtype) && dtype.ValueKind == JsonValueKind.String
                && value.TryGetProperty("shape", out shape) && value.TryGetProperty("data_offsets", out offsets),
            field, Kind(value), "an object with dtype, shape and data_offsets");
        long[] places = Sizes(offsets, $"{field}, data_offsets", 2);
        Require(places.Length == 2, field, $"{places.Length} data_offsets", "two");
        return new(name, dtype.GetString()!, Sizes(shape, $"{field}, shape", MaxDimensions), places[0], places[1]);
    }

    private static long[] Sizes(JsonElement value, string field, int max)
    {
        string takes = $"at most {max} whole numbers from 0";
        Require(value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= max, field, Kind(value), takes);
        return
        [
            .. value.EnumerateArray().Select(size =>
                size.ValueKind == JsonValueKind.Number && size.TryGetInt64(out long number) && number >= 0
                ? number
                : throw new InvalidInputException(field, Kind(size), takes)),
        ];
    }

    private static string Kind(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "a text",
        JsonValueKind.Object or JsonValueKind.Array => JsonReading.Kind(value),
        _ => Quote(JsonReading.Kind(value)),
    };

    private static void CheckPlaces(IReadOnlyList<TensorEntry> entries, long dataBytes, string file)
    {
        long expected = 0;
        foreach (TensorEntry entry in entries)
        {
            string tensor = $"{file}, tensor {Quote(entry.Name)}", got = $"data_offsets [{entry.Begin}, {entry.End}]";
            Require(
                entry.Begin == expected && entry.End >= entry.Begin, tensor, got,
                $"data that begins at {expected}, where the tensor before ends");
            Require(
                entry.Bytes == entry.End - entry.Begin, tensor, got,
                entry.Bytes is { } bytes ? $"the {bytes} bytes of its shape and type" : "a shape whose size fits into 64 bits");
            Require(entry.End <= dataBytes, tensor, got, $"offsets within the file's {dataBytes} bytes of data");
            expected = entry.End;
        }

        Require(expected == dataBytes, file, $"{dataBytes} bytes of data", $"the {expected} bytes that its header names");
    }
}
