using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>.NET Interactive's own format, .dib: cells one after the other, each below a line that names its language.</summary>
internal static class DibText
{
    /// <summary>Reads the text as the notebook that VS Code makes of it.</summary>
    /// <exception cref="System.Text.Json.JsonException">What the text says of itself is not JSON.</exception>
    public static JsonObject Read(string text)
    {
        JsonNode? kernels = null;
        string? language = null;
        var cells = new JsonArray();
        var lines = new List<string>();
        foreach (var line in text.ReplaceLineEndings("\n").Split('\n'))
        {
            // Other lines of this kind are commands within a cell.
            if (line.StartsWith("#!", StringComparison.Ordinal) && Languages.Find(line[2..].TrimEnd()) is { } next)
            {
                Close();
                language = next;
            }
            else
            {
                lines.Add(line);
            }
        }

        Close();
        var metadata = new JsonObject();
        if (Languages.First(JsonText.At(kernels, "defaultKernelName")) is null or Languages.CSharp)
        {
            metadata["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" };
        }

        if (kernels is not null)
        {
            metadata["polyglot_notebook"] = new JsonObject { ["kernelInfo"] = kernels };
        }

        return new JsonObject { ["cells"] = cells, ["metadata"] = metadata, ["nbformat"] = 4, ["nbformat_minor"] = 5 };

        void Close()
        {
            var source = string.Join('\n', lines).Trim('\n');
            lines.Clear();
            if (language == "meta")
            {
                kernels = JsonText.Node(JsonText.Parse(source, Notebook.Deepest - 2), "kernelInfo")?.DeepClone();
            }
            else if (source.Length > 0)
            {
                var isMarkdown = language == "markdown";
                var kernel = isMarkdown || language is null ? null : new JsonObject { ["kernelName"] = language };
                cells.Add(new JsonObject
                {
                    ["cell_type"] = isMarkdown ? "markdown" : "code",
                    ["metadata"] = kernel is null ? [] : new JsonObject { ["polyglot_notebook"] = kernel },
                    ["source"] = MultilineText.Write(source),
                });
            }
        }
    }
}
