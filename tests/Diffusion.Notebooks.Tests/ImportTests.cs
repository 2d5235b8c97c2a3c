using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

public sealed class ImportTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    private async Task<CellFailure?> RunAsync(Notebook notebook)
    {
        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);
        notebook.Save(work.PathOf("out.ipynb"));
        NotebookSchema.Check(work.PathOf("out.ipynb"));
        return failure;
    }

    private static string Text(Notebook notebook, int cell) => string.Concat(notebook.Cells[cell - 1].Outputs.Select(output => OutputText.Of(output, "text/html")));

    [Fact]
    public async Task Files_of_every_kind_are_imported_with_paths_relative_to_the_file_that_names_them()
    {
        work.WriteLibrary("below/Lib.dll", "namespace Lib; public static class Lib { public static int Answer => 42; }");
        work.WriteText("below/setup.csx", "#load \"inner.csx\"\n#r \"Lib.dll\"\nint FromScript() => Inner() + Lib.Lib.Answer;");
        work.WriteText("below/inner.csx", "int Inner() => 1000;");
        work.WriteText("below/class.cs", "public class FromClass { public int Value => 5; }");
        work.WriteText("below/cells.dib", "#!meta\n\n{\"kernelInfo\":{\"defaultKernelName\":\"csharp\"}}\n\n#!csharp\n\n#!import class.cs\nvar fromDib = new FromClass().Value + 1;\n\n#!markdown\n\n# Title\n\n#!fsharp\n\nlet x = 1\n");
        var fsharp = Workspace.Code("let y = 1");
        fsharp["metadata"] = new JsonObject { ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "fsharp" } };
        File.Move(
            work.WriteNotebook(
                "n.ipynb",
                Workspace.Markdown("# N"),
                Workspace.Code("#!import cells.dib"),
                fsharp,
                Workspace.Code("var fromNotebook = fromDib + 1;\nint Bad() =>\n    throw new ArgumentException(\"bad\");")),
            work.PathOf("below/cells.ipynb"));
        var notebook = Notebook.Load(work.WriteNotebook(
            "notebook.ipynb",
            Workspace.Code("var before = 1;\n#!import below/setup.csx\nConsole.Write(FromScript() + before);"),
            Workspace.Code("#!import \"below/cells.ipynb\"\nConsole.Write($\"{fromDib} {fromNotebook} {new FromClass().Value}\");"),
            Workspace.Code("#load \"below\\inner.csx\"\nConsole.Write(Inner());"),
            Workspace.Code("Bad();", "raises-exception"),
            Workspace.Code("\n#!import nowhere.csx", "raises-exception"),
            Workspace.Code("#load \"nowhere.csx\"", "raises-exception"),
            Workspace.Code("#!import notes.txt", "raises-exception"),
            Workspace.Code("#!import loop.csx", "raises-exception"),
            Workspace.Code("\n\n#!import wrong.csx", "raises-exception")));
        work.WriteText("notes.txt", "");
        work.WriteText("loop.csx", "#!import loop.csx");
        work.WriteText("wrong.csx", "var ok = 1;\nint wrong = \"text\";");

        Assert.Null(await RunAsync(notebook));

        Assert.Equal("1043", Text(notebook, 1));
        Assert.Equal("6 7 5", Text(notebook, 2));
        Assert.Equal("1000", Text(notebook, 3));
        Assert.Contains("at cells.ipynb cell 4, line 3", Text(notebook, 4), StringComparison.Ordinal);
        Assert.Contains("cell 5, line 2", Text(notebook, 5), StringComparison.Ordinal);
        Assert.Contains("#!import nowhere.csx: there is no such file", Text(notebook, 5), StringComparison.Ordinal);
        Assert.Contains("nowhere.csx", Text(notebook, 6), StringComparison.Ordinal);
        Assert.Contains("#!import takes .cs, .csx, .ipynb and .dib", Text(notebook, 7), StringComparison.Ordinal);
        Assert.Contains("imports itself", Text(notebook, 8), StringComparison.Ordinal);
        Assert.Contains("wrong.csx, line 2, column 13: CS0029", Text(notebook, 9), StringComparison.Ordinal);
        Assert.Contains("imported at cell 9, line 3", Text(notebook, 9), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_in_an_imported_file_is_at_the_line_that_imports_it()
    {
        work.WriteText("throws.csx", "\n\n\nthrow new InvalidOperationException(\"inside\");");

        var failure = await RunAsync(work.LoadNotebook("var a = 1;\n#!import throws.csx"));

        Assert.Equal(new CellFailure(1, 2, "System.InvalidOperationException", "inside"), failure);
    }

    [Fact]
    public async Task What_stands_below_an_import_is_not_compiled_when_a_check_above_it_throws()
    {
        work.WriteText("setup.csx", """
            class Missing() : Exception("The kit is not built.");
            if (!System.IO.File.Exists("kit.csx")) throw new Missing();
            #!import kit.csx
            Console.Write(Lib.Lib.Answer);
            """);

        var failure = await RunAsync(work.LoadNotebook("#!import setup.csx"));

        Assert.Equal(new CellFailure(1, 1, "Missing", "The kit is not built."), failure);
    }
}
