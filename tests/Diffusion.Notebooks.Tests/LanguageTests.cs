using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

/// <summary>The ways in which hosts mark the language of a notebook and of its cells.</summary>
public sealed class LanguageTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    private NotebookCell Cell(string notebookMetadata, string cellMetadata)
    {
        var cell = Workspace.Code("1");
        cell["metadata"] = JsonNode.Parse(cellMetadata);
        var path = work.WriteNotebook("n.ipynb", cell);
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        json["metadata"] = JsonNode.Parse(notebookMetadata);
        File.WriteAllText(path, json.ToJsonString());
        return Notebook.Load(path).Cells[0];
    }

    [Theory]
    [InlineData("{}", "csharp")]
    [InlineData("""{"kernelspec":{"name":".net-csharp","language":"C#"}}""", "csharp")]
    [InlineData("""{"kernelspec":{"name":".net-csharp"},"language_info":{"name":"polyglot-notebook"}}""", "csharp")]
    [InlineData("""{"kernelspec":{"name":".net-csharp"},"language_info":{"name":"python"}}""", "csharp")]
    [InlineData("""{"kernelspec":{"name":".net-csharp","language":"polyglot-notebook"}}""", "csharp")]
    [InlineData("""{"language_info":{"name":"polyglot-notebook"}}""", "csharp")]
    [InlineData("""{"polyglot_notebook":{"kernelInfo":{"defaultKernelName":"csharp"}},"language_info":{"name":"python"}}""", "csharp")]
    [InlineData("""{"polyglot_notebook":{"kernelInfo":{"defaultKernelName":"fsharp"}}}""", "fsharp")]
    [InlineData("""{"kernelspec":{"name":".net-fsharp"}}""", "fsharp")]
    [InlineData("""{"kernelspec":{"name":"my-env","language":"python"}}""", "python")]
    [InlineData("""{"kernelspec":{"name":"my-env"},"language_info":{"name":"python"}}""", "python")]
    [InlineData("""{"kernelspec":{"name":"ir"}}""", "ir")]
    public void A_notebooks_language_is_its_kernels(string metadata, string expected)
    {
        Assert.Equal(expected, Cell(metadata, "{}").Language);
        // VS Code's name for the cells of every kernel of the notebook's.
        Assert.Equal(expected, Cell(metadata, """{"vscode":{"languageId":"polyglot-notebook"}}""").Language);
        Assert.Equal(expected == "csharp", Cell(metadata, """{"vscode":{"languageId":"polyglot-notebook"}}""").IsExecutable);
    }

    [Theory]
    [InlineData("""{"vscode":{"languageId":"dotnet-interactive.csharp"}}""", "csharp")]
    [InlineData("""{"vscode":{"languageId":"dotnet-interactive.fsharp"}}""", "fsharp")]
    [InlineData("""{"dotnet_interactive":{"language":"csharp"},"vscode":{"languageId":"polyglot-notebook"}}""", "csharp")]
    [InlineData("""{"polyglot_notebook":{"kernelName":"pwsh"},"vscode":{"languageId":"polyglot-notebook"}}""", "pwsh")]
    [InlineData("""{"polyglot_notebook":{"kernelName":"mermaid"},"dotnet_interactive":{"language":"csharp"}}""", "mermaid")]
    public void A_cells_own_mark_counts_before_the_notebooks(string metadata, string expected)
    {
        var cell = Cell("""{"kernelspec":{"name":"python3","language":"python"}}""", metadata);

        Assert.Equal(expected, cell.Language);
        Assert.Equal(expected == "csharp", cell.IsExecutable);
    }
}
