using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

public sealed class DibTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task A_dib_file_runs_and_becomes_a_notebook()
    {
        const string Text = """
            #!meta

            {"kernelInfo":{"defaultKernelName":"csharp","items":[{"aliases":[],"name":"csharp"}]}}

            #!csharp

            #!import code.csx
            var x = 1;

            Console.Write(FromFile + x);

            #!markdown

            # Title

            Text.

            #!fsharp

            printfn "1"

            #!csharp

            #!c#

            int y = nothing;

            """;
        work.WriteText("code.csx", "var FromFile = 41;");
        var notebook = Notebook.Load(work.WriteText("a.dib", Text.ReplaceLineEndings("\r\n")));

        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);
        notebook.Save(work.PathOf("a.ipynb"));

        Assert.Equal((4, 1, "CompilationError"), (failure!.Cell, failure.Line, failure.Name));
        NotebookSchema.Check(work.PathOf("a.ipynb"));
        var written = Notebook.Load(work.PathOf("a.ipynb"));
        Assert.Equal("Title", written.Title);
        Assert.Equal("csharp", written.Language);
        Assert.Equal(
            [
                (CellKind.Code, "csharp", "#!import code.csx\nvar x = 1;\n\nConsole.Write(FromFile + x);"),
                (CellKind.Markdown, "csharp", "# Title\n\nText."),
                (CellKind.Code, "fsharp", "printfn \"1\""),
                (CellKind.Code, "csharp", "int y = nothing;"),
            ],
            written.Cells.Select(cell => (cell.Kind, cell.Language, cell.Source)));
        Assert.Equal("42", OutputText.Of(Assert.Single(written.Cells[0].Outputs)));
        Assert.Equal(".net-csharp", written.Json["metadata"]!["kernelspec"]!["name"]!.GetValue<string>());
        Assert.True(JsonNode.DeepEquals(
            JsonNode.Parse("""{"defaultKernelName":"csharp","items":[{"aliases":[],"name":"csharp"}]}"""),
            written.Json["metadata"]!["polyglot_notebook"]!["kernelInfo"]));
    }

    [Theory]
    [InlineData("Console.Write(1);", "csharp")]
    [InlineData("#!meta\n{\"kernelInfo\":{\"defaultKernelName\":\"fsharp\"}}\n", "fsharp")]
    [InlineData("#!meta\n[1]\n", "csharp")]
    [InlineData("\n", "csharp")]
    public void A_dib_files_language_is_its_default_kernels(string text, string expected) =>
        Assert.Equal(expected, Notebook.Load(work.WriteText("a.dib", text)).Language);

    [Theory]
    [InlineData("{\"a\":")]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("")]
    public void What_a_dib_file_says_of_itself_is_json_or_it_is_refused(string meta)
    {
        var e = Assert.Throws<NotebookFormatException>(() => Notebook.Load(work.WriteText("a.dib", "#!meta\n" + meta)));

        Assert.Contains("a.dib: not JSON", e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }
}
