using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace Diffusion.Runtime;

/// <summary>Reads fields of a JSON object, and says in one line which one is wrong.</summary>
internal static class JsonReading
{
    /// <summary>Types are looked at when they are written and read. Where nothing says so, scripts of one file refuse to.</summary>
    public static readonly JsonSerializerOptions Options = new() { TypeInfoResolver = new DefaultJsonTypeInfoResolver() };

    // A text may come through a pipe or from a device, which need have no end.
    private const int MaxCharacters = 1 << 28;

    /// <summary>The text of a file.</summary>
    /// <exception cref="InvalidInputException">It is not there, or longer than any text of numbers that this kit can use.</exception>
    public static string ReadText(string field, string path)
    {
        InvalidInputException.Require(File.Exists(path), field, path, "a file that exists");
        using var reader = new StreamReader(path);
        var text = new StringBuilder();
        char[] buffer = new char[1 << 16];
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            text.Append(buffer, 0, count);
            InvalidInputException.Require(text.Length <= MaxCharacters,
                field, $"{path}, which is longer than {MaxCharacters} characters", "a JSON file");
        }

        return text.ToString();
    }

    public static JsonDocument Document(string json)
    {
        try
        {
            return JsonDocument.Parse(json);
        }
        catch (JsonException exception)
        {
            throw new InvalidInputException("input", $"text that is not JSON ({exception.Message.TrimEnd('.')})", "a JSON object");
        }
        catch (ArgumentException)
        {
            throw new InvalidInputException("input", "a text with half of a surrogate pair", "whole Unicode characters");
        }
    }

    public static JsonElement Required(JsonElement parent, string name, string prefix = "") =>
        parent.TryGetProperty(name, out JsonElement value)
            ? value
            : throw new InvalidInputException(prefix + name, "nothing", "a value: the field is required");

    public static void RefuseUnknown(JsonElement parent, string prefix, string[] known)
    {
        foreach (JsonProperty property in parent.EnumerateObject())
        {
            string name = Characters(() => property.Name, "input");
            if (!known.Contains(name))
            {
                throw new InvalidInputException(prefix + name, "an unknown field", string.Join(", ", known));
            }
        }
    }

    public static string Text(JsonElement parent, string name)
    {
        JsonElement value = Required(parent, name);
        return value.ValueKind == JsonValueKind.String
            ? Characters(() => value.GetString()!, name)
            : throw new InvalidInputException(name, Kind(value), "a text");
    }

    public static string[] Texts(JsonElement parent, string name) =>
    [
        .. Items(Required(parent, name), name).Select(item => item.ValueKind == JsonValueKind.String
            ? Characters(() => item.GetString()!, name)
            : throw new InvalidInputException(name, Kind(item), "texts")),
    ];

    public static int Whole(JsonElement parent, string name)
    {
        JsonElement value = Required(parent, name);
        return value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out int number)
            ? number
            : throw new InvalidInputException(name, Kind(value), "a whole number");
    }

    public static double? OptionalNumber(JsonElement parent, string name) =>
        parent.TryGetProperty(name, out JsonElement value) && value.ValueKind != JsonValueKind.Null ? Number(value, name) : null;

    public static double[] Vector(JsonElement value, string name) => [.. Items(value, name).Select(item => Number(item, name))];

    public static double[][] Matrix(JsonElement value, string name) => [.. Items(value, name).Select(row => Vector(row, name))];

    public static IEnumerable<JsonElement> Items(JsonElement value, string name) => value.ValueKind == JsonValueKind.Array
        ? value.EnumerateArray()
        : throw new InvalidInputException(name, Kind(value), "an array");

    public static string Kind(JsonElement value)
    {
        string text = value.GetRawText();
        return value.ValueKind switch
        {
            JsonValueKind.Object => "an object",
            JsonValueKind.Array => "an array",
            _ => text.Length <= 40 ? text : text[..40] + "…",
        };
    }

    /// <summary>A JSON text may be an escape of half a character, which .NET reports only when the text is read.</summary>
    private static string Characters(Func<string> read, string field)
    {
        try
        {
            return read();
        }
        catch (InvalidOperationException)
        {
            throw new InvalidInputException(field, "a text with half of a surrogate pair", "whole Unicode characters");
        }
    }

    private static double Number(JsonElement value, string name) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDouble(out double number) && double.IsFinite(number)
            ? number
            : throw new InvalidInputException(name, Kind(value), "a finite number");
}
