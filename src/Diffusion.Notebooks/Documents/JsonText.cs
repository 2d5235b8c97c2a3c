using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>Reads JSON that somebody else wrote, where a member may be of any kind.</summary>
internal static partial class JsonText
{
    /// <summary>Reads a text.</summary>
    /// <exception cref="JsonException">It is not JSON, or it is nested deeper.</exception>
    public static JsonNode? Parse(string text, int deepest) => JsonNode.Parse(
        Surrogate().Replace(text, found => found.Groups["half"].Success ? @"\ufffd" : found.Value),
        documentOptions: new JsonDocumentOptions { MaxDepth = deepest, AllowDuplicateProperties = false });

    /// <summary>The text at a path of members.</summary>
    /// <returns><see langword="null"/> when there is none, or something other than text.</returns>
    public static string? At(JsonNode? node, params ReadOnlySpan<string> path) =>
        Node(node, path) is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    /// <summary>The node at a path of members.</summary>
    /// <returns><see langword="null"/> when there is none.</returns>
    public static JsonNode? Node(JsonNode? node, params ReadOnlySpan<string> path)
    {
        foreach (var name in path)
        {
            node = (node as JsonObject)?[name];
        }

        return node;
    }

    // Half of a surrogate pair is no text, which the parser says only when the text is asked for or written.
    [GeneratedRegex(@"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|(?<half>u[dD][89a-fA-F][0-9a-fA-F]{2})|\\)")]
    private static partial Regex Surrogate();
}
