using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Verso, with a format of its own: JSON in which every cell says its type and, where that is code, its language.</summary>
internal sealed class VersoEngine : TargetEngine
{
    // What is no language there but a type of cell, beside code, markdown and raw.
    private static readonly string[] Types = ["sql", "http", "html", "mermaid"];

    public override string Name => "verso";

    public override string Extension => ".verso";

    private protected override IReadOnlyDictionary<string, string> Cells { get; } = new Dictionary<string, string>
    {
        [Languages.CSharp] = "csharp",
        ["fsharp"] = "fsharp",
        ["pwsh"] = "powershell",
        ["javascript"] = "javascript",
        ["python"] = "python",
        ["sql"] = "sql",
        ["http"] = "http",
        ["html"] = "html",
        ["mermaid"] = "mermaid",
    };

    private protected override JsonObject Document(Notebook notebook, IReadOnlyList<ExportedCell> cells) => new()
    {
        ["verso"] = "1.0",
        ["metadata"] = new JsonObject { ["title"] = notebook.Title, ["defaultKernel"] = "csharp" },
        ["cells"] = new JsonArray([.. cells.Select(Cell)]),
    };

    private JsonObject Cell(ExportedCell cell, int index)
    {
        var language = cell.From.Kind == CellKind.Code ? Cells[cell.Language] : null;
        var json = new JsonObject
        {
            // By position and not by chance: equal notebooks stay equal.
            ["id"] = new Guid(SHA256.HashData(Encoding.UTF8.GetBytes($"{index} {cell.From.Json["id"]}")).AsSpan(0, 16)).ToString(),
            ["type"] = Types.Contains(language) ? language : cell.From.Kind.ToString().ToLowerInvariant(),
        };
        if (language is not null && !Types.Contains(language))
        {
            json["language"] = language;
        }

        json["source"] = cell.Source;
        return json;
    }
}
