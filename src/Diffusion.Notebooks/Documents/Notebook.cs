using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>An .ipynb file of nbformat 4, held as the JSON tree it is, so that what is not understood is kept.</summary>
public sealed partial class Notebook
{
    /// <summary>How deep JSON may be nested, for reading and writing alike.</summary>
    internal const int Deepest = 256;

    // Some more than this the JSON writer takes as one string.
    private const long MostBytes = 150_000_000;

    /// <summary>How a document is written.</summary>
    internal static readonly JsonSerializerOptions Writing = new()
    {
        WriteIndented = true,
        IndentSize = 1,
        MaxDepth = Deepest,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private Notebook(string path, JsonObject json)
    {
        Path = path;
        Json = json;
        var metadata = json["metadata"];
        var kernel = JsonText.At(metadata, "kernelspec", "name");
        Language = Languages.First(
            JsonText.At(metadata, "kernelspec", "language"),
            Languages.Find(kernel),
            JsonText.At(metadata, "polyglot_notebook", "kernelInfo", "defaultKernelName"),
            JsonText.At(metadata, "language_info", "name"),
            kernel) ?? Languages.CSharp;
        Read();
    }

    /// <summary>The full path of the file that was read.</summary>
    public string Path { get; }

    /// <summary>The whole document.</summary>
    public JsonObject Json { get; }

    /// <summary>The language of a cell that says none itself, in lower case; C# where the notebook says nothing.</summary>
    public string Language { get; }

    /// <summary>The cells in order.</summary>
    public IReadOnlyList<NotebookCell> Cells { get; private set; } = [];

    /// <summary>The first heading of the first Markdown cell that has one, or the file's name.</summary>
    public string Title => Cells
        .Where(cell => cell.Kind == CellKind.Markdown)
        .SelectMany(cell => cell.Source.Split('\n'))
        .Where(line => line.StartsWith("# ", StringComparison.Ordinal))
        .Select(line => line[2..].Trim())
        .FirstOrDefault() ?? System.IO.Path.GetFileNameWithoutExtension(Path);

    /// <summary>Stands for a file that cannot be read.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A notebook without cells.</returns>
    public static Notebook Unreadable(string path) => new(System.IO.Path.GetFullPath(path), new JsonObject { ["cells"] = new JsonArray() });

    /// <summary>Reads a notebook and brings it to nbformat 4.5.</summary>
    /// <param name="path">The .ipynb file, or a .dib file of .NET Interactive's, which becomes a notebook.</param>
    /// <returns>The notebook; cells without an id have one, the same at every reading.</returns>
    /// <exception cref="FileNotFoundException">There is no such file.</exception>
    /// <exception cref="NotebookFormatException">It is not JSON, not a notebook, of another major nbformat, or has no end.</exception>
    public static Notebook Load(string path)
    {
        var full = System.IO.Path.GetFullPath(path);
        if (!File.Exists(full))
        {
            throw new FileNotFoundException($"{path}: there is no such notebook.", full);
        }

        if (RegularFile.Length(full) is 0 or > MostBytes)
        {
            throw new NotebookFormatException($"{path}: the file is empty, endless, or has more than {MostBytes / 1_000_000} MB.");
        }

        JsonObject json;
        try
        {
            var text = File.ReadAllText(full);
            json = full.EndsWith(".dib", StringComparison.OrdinalIgnoreCase)
                ? DibText.Read(text)
                : JsonText.Parse(text, Deepest) as JsonObject
                ?? throw new NotebookFormatException($"{path}: the file holds JSON, but not an object as a notebook is.");
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is null
                ? e.Message.ReplaceLineEndings(" ")
                : $"line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}";
            var what = e.Message.Contains("configured depth", StringComparison.Ordinal) ? $"nested more than {Deepest} deep" : "not JSON";
            throw new NotebookFormatException($"{path}: {what} ({place}).", e);
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
    public void Save(string path) => AtomicFile.WriteAllText(path, Json.ToJsonString(Writing) + "\n");

    /// <summary>Puts cells in and takes cells out, and counts them anew.</summary>
    internal void Edit(Action<JsonArray> edit)
    {
        edit((JsonArray)Json["cells"]!);
        UpgradeTo45(Json);
        Read();
    }

    private void Read() =>
        Cells = [.. ((JsonArray)Json["cells"]!).Select((cell, index) => new NotebookCell((JsonObject)cell!, index + 1, Language))];

    // By position and not by chance: equal notebooks stay equal.
    private static string NewId(HashSet<string?> taken, string id)
    {
        while (!taken.Add(id))
        {
            id += "-x";
        }

        return id;
    }

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
            if (cells[i] is not JsonObject cell || JsonText.At(cell, "cell_type") is null || !IsMultiline(cell["source"]))
            {
                throw new NotebookFormatException($"{path}: cell {i + 1} has no \"cell_type\" or no \"source\" of text.");
            }
        }
    }

    private static bool IsMultiline(JsonNode? node) =>
        JsonText.At(node) is not null || (node is JsonArray lines && lines.All(line => JsonText.At(line) is not null));

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
        var ids = cells.Select(cell => JsonText.At(cell, "id"))
            .Where(id => id is not null && Id().IsMatch(id)).ToHashSet(StringComparer.Ordinal);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < cells.Count; i++)
        {
            var cell = (JsonObject)cells[i]!;
            if (JsonText.At(cell, "id") is not { } own || !ids.Contains(own) || !seen.Add(own))
            {
                cell["id"] = NewId(ids, $"cell-{i + 1}");
            }

            if (cell["metadata"] is not JsonObject)
            {
                cell["metadata"] = new JsonObject();
            }

            if (JsonText.At(cell, "cell_type") == "code")
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

    // nbformat 4.5's own pattern.
    [GeneratedRegex("^[a-zA-Z0-9_-]{1,64}$")]
    private static partial Regex Id();
}
