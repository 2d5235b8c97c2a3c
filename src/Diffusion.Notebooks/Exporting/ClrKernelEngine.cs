using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>ClrKernel, a kernel of Jupyter's: a first line says a cell's language, and metadata nothing.</summary>
internal sealed class ClrKernelEngine : TargetEngine
{
    public override string Name => "clrkernel";

    public override string Extension => ".ipynb";

    private protected override IReadOnlyDictionary<string, string> Cells { get; } = new Dictionary<string, string>
    {
        [Languages.CSharp] = "",
        ["pwsh"] = "#!pwsh\n",
        ["sql"] = "#!sql\n",
        ["http"] = "#!http\n",
        ["mermaid"] = "#!mermaid\n",
    };

    private protected override JsonObject Document(Notebook notebook, IReadOnlyList<ExportedCell> cells)
    {
        var json = (JsonObject)notebook.Json.DeepClone();
        var metadata = (JsonObject)json["metadata"]!;
        metadata.Remove("polyglot_notebook");
        metadata["kernelspec"] = new JsonObject { ["display_name"] = "ClrKernel (C#)", ["language"] = "csharp", ["name"] = "clrkernel" };
        metadata["language_info"] = new JsonObject { ["name"] = "csharp" };
        json["cells"] = new JsonArray([.. cells.Select(Cell)]);
        return json;
    }

    private JsonObject Cell(ExportedCell cell, int index)
    {
        var json = (JsonObject)cell.From.Json.DeepClone();
        json["id"] = $"cell-{index + 1}";
        foreach (var name in new[] { "dotnet_interactive", "polyglot_notebook", "vscode" })
        {
            (json["metadata"] as JsonObject)?.Remove(name);
        }

        if (cell.From.Kind == CellKind.Code)
        {
            json["outputs"] = new JsonArray();
            json["execution_count"] = null;
            json["source"] = MultilineText.Write(Cells[cell.Language] + cell.Source);
        }

        return json;
    }
}
