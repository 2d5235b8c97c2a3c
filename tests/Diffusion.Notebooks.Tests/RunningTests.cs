using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

public sealed class RunningTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    private static Task<CellFailure?> RunAsync(Notebook notebook, TimeSpan? limit = null) =>
        NotebookRunner.RunAsync(notebook, limit ?? Workspace.Limit, null, TestContext.Current.CancellationToken);

    [Fact]
    public async Task Cells_share_state_and_the_last_expression_is_shown()
    {
        var notebook = work.LoadNotebook(
            "var x = 20;\nint Twice(int n) => 2 * n;",
            "using System.Globalization;\nConsole.WriteLine(\"hello\");\nawait Task.Delay(1);\nTwice(x) + 2",
            "Console.Write(\"a\"); Console.Error.Write(\"b\");",
            "\"text\"");

        Assert.Null(await RunAsync(notebook));

        Assert.Empty(notebook.Cells[0].Outputs);
        Assert.Equal("hello\n", OutputText.Of(notebook.Cells[1].Outputs[0]));
        Assert.Contains("42", OutputText.Of(notebook.Cells[1].Outputs[1], "text/html"), StringComparison.Ordinal);
        Assert.Equal("execute_result", notebook.Cells[1].Outputs[1]["output_type"]!.GetValue<string>());
        Assert.Equal(["stdout", "stderr"], notebook.Cells[2].Outputs.Select(o => o["name"]!.GetValue<string>()));
        Assert.Equal("text", OutputText.Of(notebook.Cells[3].Outputs[0], "text/plain"));
        Assert.Equal([1, 2, 3, 4], notebook.Cells.Select(c => c.Json["execution_count"]!.GetValue<int>()));
    }

    [Theory]
    [InlineData("null", "<null>")]
    [InlineData("string? none = null; none", "<null>")]
    [InlineData("return;", "<null>")]
    [InlineData("var x = 3;\nreturn x + 1;", "4")]
    [InlineData("if (1 > 0) return \"early\";\n\"late\"", "early")]
    [InlineData("7 // seven\n// of them", "7")]
    [InlineData("#region a\n9\n#endregion", "9")]
    [InlineData("(int x) => x + 1", "Func")]
    [InlineData("Console.Out.Flush()", null)]
    [InlineData("var y = 1;", null)]
    [InlineData("Task.Delay(1).Wait(); y: ;", null)]
    public async Task What_a_cell_ends_in_or_returns_is_its_value(string source, string? expected)
    {
        var notebook = work.LoadNotebook(source);

        Assert.Null(await RunAsync(notebook));

        var outputs = notebook.Cells[0].Outputs;
        Assert.Equal(expected is null ? 0 : 1, outputs.Count);
        Assert.All(outputs, output =>
        {
            Assert.Equal("execute_result", output["output_type"]!.GetValue<string>());
            var mimeType = output["data"]!.AsObject().First().Key;
            Assert.Contains(expected!, System.Net.WebUtility.HtmlDecode(OutputText.Of(output, mimeType)), StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_a_cell_prints_is_told_while_it_runs()
    {
        var notebook = work.LoadNotebook("1", """
            Console.WriteLine("begun");
            while (!System.IO.File.Exists("go")) await Task.Delay(10);
            """);
        var told = new List<CellProgress>();

        // The cell ends only because it was heard.
        Assert.Null(await NotebookRunner.RunAsync(notebook, Workspace.Limit, new Listener(at =>
        {
            told.Add(at);
            if (at.Printed == "begun\n")
            {
                File.WriteAllText(work.PathOf("go"), "");
            }
        }), TestContext.Current.CancellationToken));

        Assert.Equal([new CellProgress(1, 0, 2), new CellProgress(2, 1, 2), new CellProgress(2, 1, 2, "begun\n")], told);
    }

    [Fact]
    public async Task A_display_updated_a_hundred_times_is_one_output_with_the_last_state()
    {
        var notebook = work.LoadNotebook(
            "var shown = display(\"state 0\");\nfor (var i = 1; i <= 100; i++) shown.Update($\"state {i}\");",
            "shown.Update(\"from a later cell\"); 7.Display(\"text/plain\");");

        Assert.Null(await RunAsync(notebook));

        Assert.Equal("from a later cell", OutputText.Of(Assert.Single(notebook.Cells[0].Outputs), "text/plain"));
        Assert.Equal("7", OutputText.Of(Assert.Single(notebook.Cells[1].Outputs), "text/plain"));
    }

    [Fact]
    public async Task A_throwing_cell_ends_the_run_and_says_where()
    {
        var notebook = work.LoadNotebook(
            "void Deep()\n{\n    throw new InvalidOperationException(\"too deep\");\n}",
            "var a = 1;\nDeep();",
            "Console.WriteLine(\"never\");");

        var failure = await RunAsync(notebook);

        Assert.Equal(new CellFailure(2, 2, "System.InvalidOperationException", "too deep"), failure);
        var text = OutputText.Of(Assert.Single(notebook.Cells[1].Outputs));
        Assert.Contains("at cell 1, line 3", text, StringComparison.Ordinal);
        Assert.Contains("2: Deep();", text, StringComparison.Ordinal);
        Assert.DoesNotContain("Submission", text, StringComparison.Ordinal);
        Assert.Empty(notebook.Cells[2].Outputs);
    }

    [Fact]
    public async Task A_cell_tagged_raises_exception_may_throw()
    {
        var notebook = Notebook.Load(work.WriteNotebook(
            "tagged.ipynb",
            Workspace.Code("throw new ArgumentException(\"wanted\");", "raises-exception"),
            Workspace.Code("Console.Write(\"on\");")));

        Assert.Null(await RunAsync(notebook));

        Assert.Equal("error", Assert.Single(notebook.Cells[0].Outputs)["output_type"]!.GetValue<string>());
        Assert.Equal("on", OutputText.Of(Assert.Single(notebook.Cells[1].Outputs)));
    }

    [Fact]
    public async Task A_compile_error_is_an_output_with_its_line()
    {
        var notebook = work.LoadNotebook("var x = 1;\nint y = nothing;");

        var failure = await RunAsync(notebook);

        Assert.Equal((1, 2, "CompilationError"), (failure!.Cell, failure.Line, failure.Name));
        Assert.Contains("cell 1, line 2, column 9: CS0103", OutputText.Of(Assert.Single(notebook.Cells[0].Outputs)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_never_ending_cell_is_ended_and_what_it_showed_is_kept()
    {
        var notebook = work.LoadNotebook("1 + 1", "Console.Write(\"begun\");\nSystem.Threading.Thread.Sleep(-1);");

        var failure = await RunAsync(notebook, TimeSpan.FromSeconds(15));

        Assert.Equal((2, "TimeLimit"), (failure!.Cell, failure.Name));
        Assert.Equal("begun", OutputText.Of(notebook.Cells[1].Outputs[0]));
        Assert.Contains("longer than 15 s", OutputText.Of(notebook.Cells[1].Outputs[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cell_that_crashes_the_process_fails_alone()
    {
        var notebook = work.LoadNotebook("1", "Environment.FailFast(\"the end\");");

        var failure = await RunAsync(notebook);

        Assert.Equal((2, "ProcessEnded"), (failure!.Cell, failure.Name));
        Assert.Contains("the end", OutputText.Of(notebook.Cells[1].Outputs[^1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cancelling_ends_the_run()
    {
        var notebook = work.LoadNotebook("await Task.Delay(60_000);");
        using var source = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => NotebookRunner.RunAsync(notebook, Workspace.Limit, null, source.Token));
    }

    [Fact]
    public async Task Equal_runs_give_equal_files()
    {
        string[] sources =
        [
            "display(new { A = 1, B = \"two\" });\nnew[] { 1.5, 2.5 }",
            "var d = display(HTML(\"<b>x</b>\")); d.Update(HTML(\"<b>y</b>\")); new Dictionary<string, int> { [\"k\"] = 3 }",
            "throw new Exception(\"no\");",
        ];
        var first = work.LoadNotebook(sources);
        var second = Notebook.Load(first.Path);
        await RunAsync(first);
        await RunAsync(second);
        first.Save(work.PathOf("1.ipynb"));
        second.Save(work.PathOf("2.ipynb"));

        Assert.Equal(File.ReadAllText(work.PathOf("1.ipynb")), File.ReadAllText(work.PathOf("2.ipynb")));
        Assert.Equal(["1.ipynb", "2.ipynb", "notebook.ipynb"], Directory.GetFiles(work.Folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_cell_of_another_language_is_kept()
    {
        var python = Workspace.Code("print(1)");
        python["metadata"] = new JsonObject
        {
            ["polyglot_notebook"] = new JsonObject { ["kernelName"] = "python" },
        };
        python["outputs"] = new JsonArray(new JsonObject
        {
            ["output_type"] = "stream",
            ["name"] = "stdout",
            ["text"] = "1\n",
        });
        var notebook = Notebook.Load(work.WriteNotebook("mixed.ipynb", python, Workspace.Code("#!csharp\nConsole.Write(2);")));
        var before = notebook.Cells[0].Json.ToJsonString();

        Assert.Null(await RunAsync(notebook));

        Assert.Equal(before, notebook.Cells[0].Json.ToJsonString());
        Assert.Equal("2", OutputText.Of(Assert.Single(notebook.Cells[1].Outputs)));
    }

    private sealed class Listener(Action<CellProgress> hear) : IProgress<CellProgress>
    {
        public void Report(CellProgress value) => hear(value);
    }
}
