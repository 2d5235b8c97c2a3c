using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>An .ipynb file of nbformat 4, held as the JSON tree it is, so that what is not understood is kept.</summary>
public sealed class Notebook
{
    private static readonly JsonSerializerOptions s_writing = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private Notebook(string path, JsonObject json)
    {
        Path = path;
        Json = json;
        var kernel = json["metadata"]?["kernelspec"];
        Language = (Text(kernel?["language"]) ?? Text(json["metadata"]?["language_info"]?["name"]) ?? Text(kernel?["name"])) is { } name
            ? Languages.Find(name) ?? name
            : Languages.CSharp;
        Cells = [.. ((JsonArray)json["cells"]!).Select((cell, index) => new NotebookCell((JsonObject)cell!, index + 1, Language))];
    }

    /// <summary>The full path of the file that was read.</summary>
    public string Path { get; }

    /// <summary>The whole document.</summary>
    public JsonObject Json { get; }

    /// <summary>The language of a cell that says none itself, in lower case; C# where the notebook says nothing.</summary>
    public string Language { get; }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; }

    /// <summary>The first heading of the first Markdown cell that has one, or the file's name.</summary>
    public string Title => Cells
        .Where(cell => cell.Kind == CellKind.Markdown)
        .SelectMany(cell => cell.Source.Split('\n'))
        .Where(line => line.StartsWith("# ", StringComparison.Ordinal))
        .Select(line => line[2..].Trim())
        .FirstOrDefault() ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Reads a notebook and brings it to nbformat 4.5.</summary>
    /// <param name="path">The .ipynb file.</param>
    /// <returns>The notebook; cells without an id have one, the same at every reading.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotebookFormatException">It is not JSON, not a notebook, or of another major nbformat.</exception>
    public static Notebook Load(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new FileNotFoundException($"{path}: there is no such notebook.", full);
        }

        JsonObject json;
        try
        {
            json = JsonNode.Parse(File.ReadAllText(full), documentOptions: new JsonDocumentOptions { MaxDepth = 256 }) as JsonObject
                ?? throw new NotebookFormatException($"{path}: the file holds JSON, but not an object as a notebook is.");
        }
        catch (JsonException e)
        {
            throw new NotebookFormatException(
                $"{path}: not JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}).", e);
        }

        Check(path, json);
        UpgradeTo45(json);
        return new Notebook(full, json);
    }

    /// <summary>Removes every output and execution count of the code cells.</summary>
    public void ClearOutputs()
    {
        foreach (var cell in Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            cell.Json["outputs"] = new JsonArray();
            cell.Json["execution_count"] = null;
        }
    }

    /// <summary>Writes the notebook, whole or not at all.</summary>
    /// <param name="path">The .ipynb file to write.</param>
    public void Save(string path) => AtomicFile.WriteAllText(path, Json.ToJsonString(s_writing) + "\n");

    private static string? Text(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<string>(out var text) ? text : null;

    private static int? Number(JsonNode? node) =>
        node is JsonValue value && value.TryGetValue<int>(out var number) ? number : null;

    private static void Check(string path, JsonObject json)
    {
        var major = Number(json["nbformat"])
            ?? throw new NotebookFormatException($"{path}: not a notebook: it has no number \"nbformat\".");
        if (major != 4)
        {
            throw new NotebookFormatException($"{path}: nbformat {major}; this program reads nbformat 4.");
        }

        if (json["cells"] is not JsonArray cells)
        {
            throw new NotebookFormatException($"{path}: not a notebook: it has no list \"cells\".");
        }

        for (var i = 0; i < cells.Count; i++)
        {
            if (cells[i] is not JsonObject cell || Text(cell["cell_type"]) is null || !IsMultiline(cell["source"]))
            {
                throw new NotebookFormatException($"{path}: cell {i + 1} has no \"cell_type\" or no \"source\" of text.");
            }
        }
    }

    private static bool IsMultiline(JsonNode? node) =>
        Text(node) is not null || (node is JsonArray lines && lines.All(line => Text(line) is not null));

    private static void UpgradeTo45(JsonObject json)
    {
        if ((Number(json["nbformat_minor"]) ?? 0) < 5)
        {
            json["nbformat_minor"] = 5;
        }

        if (json["metadata"] is not JsonObject)
        {
            json["metadata"] = new JsonObject();
        }

        var cells = (JsonArray)json["cells"]!;
        var taken = cells.Select(cell => Text(cell!["id"])).OfType<string>().ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = (JsonObject)cells[i]!;
            if (Text(cell["id"]) is null)
            {
                // By position and not by chance: equal notebooks stay equal.
                var id = $"cell-{i + 1}";
                while (!taken.Add(id))
                {
                    id += "-x";
                }

                cell["id"] = id;
            }

            if (cell["metadata"] is not JsonObject)
            {
                cell["metadata"] = new JsonObject();
            }

            if (Text(cell["cell_type"]) == "code")
            {
                if (cell["outputs"] is not JsonArray)
                {
                    cell["outputs"] = new JsonArray();
                }

                if (!cell.ContainsKey("execution_count"))
                {
                    cell["execution_count"] = null;
                }
            }
        }
    }
}
