using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>nbformat's "multiline string": one string or a list of lines that keep their line ends.</summary>
internal static class MultilineText
{
    public static string Read(JsonNode? node) => node switch
    {
        JsonArray lines => string.Concat(lines.Select(Read)),
        _ => node?.ToString() ?? "",
    };

    // A list of lines keeps differences between two executed notebooks readable.
    public static JsonArray Write(string text)
    {
        var lines = new JsonArray();
        for (var start = 0; start < text.Length;)
        {
            var end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end + 1;
            lines.Add(text[start..end]);
            start = end;
        }

        return lines;
    }
}
