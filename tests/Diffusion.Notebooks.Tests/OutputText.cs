using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

internal static class OutputText
{
    public static string Of(JsonObject output, string mimeType = "") => output["output_type"]!.GetValue<string>() switch
    {
        "stream" => Join(output["text"]!),
        "error" => string.Join('\n', output["traceback"]!.AsArray().Select(line => line!.GetValue<string>())),
        _ => Join(output["data"]![mimeType] ?? throw new KeyNotFoundException($"{mimeType} is not among {output["data"]!.ToJsonString()}")),
    };

    private static string Join(JsonNode node) =>
        node is JsonArray lines ? string.Concat(lines.Select(line => line!.GetValue<string>())) : node.GetValue<string>();
}
