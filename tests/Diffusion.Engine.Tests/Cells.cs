using System.Text.Json.Nodes;

namespace Diffusion.Engine.Tests;

/// <summary>A notebook of a test's own, in a folder of its own.</summary>
internal sealed class Cells : IDisposable
{
    /// <summary>Begins a cell whose error ends nothing.</summary>
    public const string MayFail = "// may fail\n";

    public Cells(params string[] sources)
    {
        Path = System.IO.Path.Combine(Folder, "notebook.ipynb");
        File.WriteAllText(Path, new JsonObject
        {
            ["cells"] = new JsonArray([.. sources.Select((source, i) => new JsonObject
            {
                ["cell_type"] = "code",
                ["id"] = $"cell{i}",
                ["metadata"] = new JsonObject
                {
                    ["tags"] = new JsonArray(source.StartsWith(MayFail, StringComparison.Ordinal) ? "raises-exception" : "plain"),
                },
                ["execution_count"] = null,
                ["outputs"] = new JsonArray(),
                ["source"] = source,
            })]),
            ["metadata"] = new JsonObject(),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString());
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("ddm-engine-").FullName;

    public string Path { get; }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Runs the cells in the tool, or without one in the kit's own engine.</summary>
    /// <returns>Each cell's outputs, each as its kind and its text.</returns>
    public async Task<(CellFailure? Failure, (string Kind, string Text)[][] Outputs)> RunAsync(InteractiveTool? tool, TimeSpan? limit = null)
    {
        var notebook = Notebook.Load(Path);
        // Far more than any cell of a test takes, on a busy machine too.
        limit ??= TimeSpan.FromMinutes(5);
        var failure = await NotebookRunner.RunAsync(
            notebook, limit.Value, tool: tool, cancellationToken: TestContext.Current.CancellationToken);
        return (failure, [.. notebook.Cells.Select(cell => cell.Outputs.Select(KindAndText).ToArray())]);
    }

    /// <summary>The texts of an output by their names: MIME types, or what a stream and an error have.</summary>
    public static IEnumerable<(string Name, string Text)> Texts(JsonObject output) => output["output_type"]!.GetValue<string>() switch
    {
        "stream" => [(output["name"]!.GetValue<string>(), Text(output["text"]))],
        "error" => [(output["ename"]!.GetValue<string>(), Text(output["evalue"]))],
        _ => output["data"]!.AsObject().OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => (entry.Key, Text(entry.Value))),
    };

    private static (string Kind, string Text) KindAndText(JsonObject output) =>
        (string.Join('+', Texts(output).Select(text => text.Name)), string.Join('\n', Texts(output).Select(text => text.Text)));

    // nbformat writes a text as one string or as a list of lines.
    private static string Text(JsonNode? text) => (text switch
    {
        JsonArray lines => string.Concat(lines.Select(line => (string)line!)),
        JsonValue value when value.TryGetValue<string>(out var one) => one,
        _ => text?.ToJsonString() ?? "",
    }).ReplaceLineEndings("\n");
}
