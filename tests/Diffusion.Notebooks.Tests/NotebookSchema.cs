using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks.Tests;

/// <summary>The structure that nbformat 4.5's schema asks for.</summary>
internal static partial class NotebookSchema
{
    public static void Check(string path)
    {
        var notebook = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Members(notebook, ["metadata", "nbformat", "nbformat_minor", "cells"], []);
        Assert.Equal(4, notebook["nbformat"]!.GetValue<int>());
        Assert.True(notebook["nbformat_minor"]!.GetValue<int>() >= 5);
        if (notebook["metadata"]!["kernelspec"] is JsonObject kernel)
        {
            Assert.Equal(JsonValueKind.String, kernel["name"]!.GetValueKind());
            Assert.Equal(JsonValueKind.String, kernel["display_name"]!.GetValueKind());
        }

        var cells = notebook["cells"]!.AsArray();
        foreach (var cell in cells)
        {
            Cell(cell!.AsObject());
        }

        Assert.Equal(cells.Count, cells.Select(cell => cell!["id"]!.GetValue<string>()).Distinct().Count());
    }

    private static void Cell(JsonObject cell)
    {
        string[] common = ["id", "cell_type", "metadata", "source"];
        switch (cell["cell_type"]!.GetValue<string>())
        {
            case "code":
                Members(cell, [.. common, "outputs", "execution_count"], []);
                Count(cell["execution_count"]);
                foreach (var output in cell["outputs"]!.AsArray())
                {
                    Output(output!.AsObject());
                }

                break;
            case "markdown" or "raw":
                Members(cell, common, ["attachments"]);
                break;
            default:
                Assert.Fail($"No cell_type: {cell["cell_type"]}");
                break;
        }

        Assert.Matches(Id(), cell["id"]!.GetValue<string>());
        Assert.IsType<JsonObject>(cell["metadata"]);
        Multiline(cell["source"]);
        var tags = (cell["metadata"]!["tags"] as JsonArray ?? []).Select(tag => tag!.GetValue<string>()).ToList();
        Assert.Equal(tags.Count, tags.Distinct().Count());
        Assert.DoesNotContain(tags, tag => tag.Contains(','));
    }

    private static void Output(JsonObject output)
    {
        switch (output["output_type"]!.GetValue<string>())
        {
            case "stream":
                Members(output, ["output_type", "name", "text"], []);
                Assert.Contains(output["name"]!.GetValue<string>(), new[] { "stdout", "stderr" });
                Multiline(output["text"]);
                break;
            case "display_data":
                Members(output, ["output_type", "data", "metadata"], []);
                Bundle(output);
                break;
            case "execute_result":
                Members(output, ["output_type", "data", "metadata", "execution_count"], []);
                Count(output["execution_count"]);
                Bundle(output);
                break;
            case "error":
                Members(output, ["output_type", "ename", "evalue", "traceback"], []);
                Assert.All(output["traceback"]!.AsArray(), line => Assert.Equal(JsonValueKind.String, line!.GetValueKind()));
                break;
            default:
                Assert.Fail($"No output_type: {output["output_type"]}");
                break;
        }
    }

    private static void Bundle(JsonObject output)
    {
        Assert.IsType<JsonObject>(output["metadata"]);
        foreach (var (mimeType, value) in output["data"]!.AsObject())
        {
            if (mimeType != "application/json" && !mimeType.EndsWith("+json", StringComparison.Ordinal))
            {
                Multiline(value);
            }
        }
    }

    private static void Members(JsonObject json, string[] required, string[] allowed)
    {
        Assert.Empty(required.Except(json.Select(member => member.Key)));
        Assert.Empty(json.Select(member => member.Key).Except(required).Except(allowed));
    }

    private static void Count(JsonNode? count) => Assert.True(count is null || count.GetValue<int>() >= 0);

    private static void Multiline(JsonNode? text)
    {
        Assert.NotNull(text);
        Assert.All(text as JsonArray ?? [text.DeepClone()], line => Assert.Equal(JsonValueKind.String, line!.GetValueKind()));
    }

    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex Id();
}
