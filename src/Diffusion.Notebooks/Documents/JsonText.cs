using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Reads JSON that somebody else wrote, where a member may be of any kind.</summary>
internal static class JsonText
{
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
}
