using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>A view of one cell of a <see cref="Notebook"/>; the JSON behind it stays the notebook's.</summary>
public sealed class NotebookCell
{
    private readonly string notebookLanguage;

    internal NotebookCell(JsonObject json, int number, string notebookLanguage)
    {
        Json = json;
        Number = number;
        this.notebookLanguage = notebookLanguage;
        Kind = json["cell_type"]?.GetValue<string>() switch
        {
            "code" => CellKind.Code,
            "markdown" => CellKind.Markdown,
            _ => CellKind.Raw,
        };
        Source = MultilineText.Read(json["source"]);
    }

    /// <summary>The cell as it stands in the file, unknown members included.</summary>
    public JsonObject Json { get; }

    /// <summary>The position in the notebook, from 1, all kinds of cell counted.</summary>
    public int Number { get; }

    /// <summary>The kind of cell.</summary>
    public CellKind Kind { get; }

    /// <summary>The source text, with lines ended as in the file.</summary>
    public string Source { get; }

    /// <summary>The language of a code cell in lower case, such as <c>csharp</c>.</summary>
    /// <remarks>
    /// A first line such as <c>#!fsharp</c> says it, else the metadata that Polyglot Notebooks writes, else the
    /// notebook's kernel.
    /// </remarks>
    public string Language
    {
        get
        {
            var first = Source.TrimStart().Split('\n', 2)[0].Trim();
            if (first.StartsWith("#!", StringComparison.Ordinal)
                && Languages.Find(first[2..].Split(' ', 2)[0]) is { } named)
            {
                return named;
            }

            return Kernel;
        }
    }

    /// <summary>Whether <see cref="NotebookRunner"/> executes the cell: it is C#, or a host would hand it to its C# kernel.</summary>
    /// <remarks>A kernel may pass it on for a first line such as <c>#!fsharp</c>; the runner refuses that line.</remarks>
    public bool IsExecutable => Kind == CellKind.Code && (Language == Languages.CSharp || Kernel == Languages.CSharp);

    /// <summary>Whether the cell is tagged <c>raises-exception</c>: its error is wanted and ends nothing.</summary>
    public bool MayFail => HasTag("raises-exception");

    /// <summary>The outputs of a code cell; empty for others.</summary>
    public IReadOnlyList<JsonObject> Outputs =>
        Json["outputs"] is JsonArray outputs ? [.. outputs.OfType<JsonObject>()] : [];

    private string Kernel => Languages.First(
        JsonText.At(Json, "metadata", "polyglot_notebook", "kernelName"),
        JsonText.At(Json, "metadata", "dotnet_interactive", "language"),
        JsonText.At(Json, "metadata", "vscode", "languageId")) ?? notebookLanguage;

    /// <summary>Whether the cell's metadata has a tag.</summary>
    /// <param name="tag">The tag, in its own case.</param>
    /// <returns><see langword="true"/> when it is there.</returns>
    public bool HasTag(string tag) =>
        JsonText.Node(Json, "metadata", "tags") is JsonArray tags && tags.Any(node => node is JsonValue value
            && value.TryGetValue<string>(out var text) && text == tag);
}
