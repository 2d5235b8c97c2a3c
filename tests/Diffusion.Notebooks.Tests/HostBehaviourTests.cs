namespace Diffusion.Notebooks.Tests;

/// <summary>What a cell written for .NET Interactive may rely on.</summary>
public sealed class HostBehaviourTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public async Task Cells_written_for_dotnet_interactive_behave_as_there()
    {
        var notebook = Notebook.Load(work.WriteNotebook(
            "notebook.ipynb",
            Workspace.Code("using System.Globalization;\nrecord Pair(int X, string Y);\nclass Late { public static async Task Fail() { await Task.Delay(1); throw new InvalidOperationException(\"late\"); } }\nvar pair = new Pair(1, \"a\"); int Twice(int n) => 2 * n;"),
            Workspace.Code("var pair = new Pair(2, \"b\"); int Twice(int n) => 20 * n;\nConsole.Write(Twice(pair.X) + CultureInfo.InvariantCulture.Name);"),
            Workspace.Code("await Late.Fail();", "raises-exception"),
            Workspace.Code("Task.Run(() => { throw new ArgumentException(\"in a task\"); }).Wait();", "raises-exception"),
            Workspace.Code("using Microsoft.DotNet.Interactive.Formatting;\nFormatter.Register<Pair>((p, w) => w.Write($\"<i>{p.X}</i>\"), \"text/html\");\npair"),
            Workspace.Code("pair.Display(); \"<b>raw</b>\".DisplayAs(\"text/html\"); HTML(\"<u>h</u>\").Display(); \"{\\\"a\\\":[1]}\".DisplayAs(\"application/json\"); 7.ToDisplayString(\"text/plain\").Display(\"text/plain\");"),
            Workspace.Code("await foreach (var i in Count()) Console.Write(i);\n"
                + "async IAsyncEnumerable<int> Count() { for (var i = 0; i < 3; i++) { await Task.Delay(1); yield return i; } }"),
            Workspace.Code("var seen = 1;\n#!csharp\nthrow new Exception();", "raises-exception"),
            Workspace.Code("Console.Write(seen); foreach (var c in \"a😀b\") Console.Write(c); Console.Write(Console.ReadLine() is null);"),
            Workspace.Code("File.Exists(\"a\")", "raises-exception"),
            Workspace.Code("#!c#\nConsole.Write(\"run\")"),
            Workspace.Code("Console.Write(\"bye\");\nEnvironment.Exit(3);")));

        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);

        string Text(int cell, string mimeType = "") => OutputText.Of(Assert.Single(notebook.Cells[cell - 1].Outputs), mimeType);
        Assert.Equal("40", Text(2));
        Assert.StartsWith("System.InvalidOperationException: late\n  at cell 1, line 3\n", Text(3), StringComparison.Ordinal);
        Assert.Contains("  at cell 3, line 1\n    1: await Late.Fail();", Text(3), StringComparison.Ordinal);
        Assert.Contains("caused by System.ArgumentException: in a task\n  at cell 4, line 1", Text(4), StringComparison.Ordinal);
        Assert.Equal("<i>2</i>", Text(5, "text/html"));
        Assert.Equal(["<i>2</i>", "<b>raw</b>", "<u>h</u>"], notebook.Cells[5].Outputs.Take(3).Select(output => OutputText.Of(output, "text/html")));
        Assert.Equal("""{"a":[1]}""", notebook.Cells[5].Outputs[3]["data"]!["application/json"]!.ToJsonString());
        Assert.Equal("7", OutputText.Of(notebook.Cells[5].Outputs[4], "text/plain"));
        Assert.Equal("012", Text(7));
        Assert.Contains("  at cell 8, line 3", Text(8), StringComparison.Ordinal);
        Assert.Equal("1a😀bTrue", Text(9));
        Assert.Contains("CS0103", Text(10), StringComparison.Ordinal);
        Assert.Equal("run", Text(11));
        Assert.Equal((12, "ProcessEnded"), (failure!.Cell, failure.Name));
        Assert.Contains("exit code 3", failure.Message, StringComparison.Ordinal);
        Assert.Equal("bye", OutputText.Of(notebook.Cells[11].Outputs[0]));
        notebook.Save(work.PathOf("out.ipynb"));
        NotebookSchema.Check(work.PathOf("out.ipynb"));
    }

    [Fact]
    public async Task What_a_cell_leaves_to_be_done_at_the_end_need_not_end()
    {
        var notebook = work.LoadNotebook(
            "AppDomain.CurrentDomain.ProcessExit += (_, _) => System.Threading.Thread.Sleep(-1);", "Console.Write(\"done\");");

        Assert.Null(await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken));
        Assert.Equal("done", OutputText.Of(notebook.Cells[1].Outputs[0]));
    }

    [Fact]
    public async Task A_stack_overflow_is_named_and_what_was_printed_before_is_kept()
    {
        var notebook = work.LoadNotebook("Console.WriteLine(\"before\");\nint Deep(int n) => Deep(n + 1) + 1;\nDeep(0)");

        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);

        Assert.Contains("Stack overflow", failure!.Message, StringComparison.Ordinal);
        Assert.Equal("before\n", OutputText.Of(notebook.Cells[0].Outputs[0]));
        Assert.DoesNotContain("CodeAnalysis", OutputText.Of(notebook.Cells[0].Outputs[1]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ten_megabytes_of_text_leave_a_small_notebook_with_its_beginning_and_end()
    {
        var notebook = work.LoadNotebook("for (var i = 0; i < 100_000; i++) Console.WriteLine($\"{i:00000} {new string('x', 93)}\");", "Console.Write(new string('y', 10_000_000));");

        Assert.Null(await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken));

        var text = OutputText.Of(Assert.Single(notebook.Cells[0].Outputs));
        Assert.StartsWith("00000 x", text, StringComparison.Ordinal);
        Assert.EndsWith($"99999 {new string('x', 93)}\n", text, StringComparison.Ordinal);
        Assert.Contains("left out", OutputText.Of(Assert.Single(notebook.Cells[1].Outputs)), StringComparison.Ordinal);
        notebook.Save(work.PathOf("out.ipynb"));
        Assert.True(new FileInfo(work.PathOf("out.ipynb")).Length < 3_000_000);
        NotebookSchema.Check(work.PathOf("out.ipynb"));
    }

    [Fact]
    public async Task A_program_that_a_cell_leaves_behind_does_not_hold_the_run()
    {
        var sleep = OperatingSystem.IsWindows() ? "\"ping\", \"-n 300 127.0.0.1\"" : "\"sleep\", \"300\"";
        var notebook = work.LoadNotebook($"System.Diagnostics.Process.Start({sleep}).Id.Display(\"text/plain\");\nEnvironment.FailFast(\"gone\");");

        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(200), TestContext.Current.CancellationToken);

        Assert.Contains("Process terminated. gone", failure!.Message, StringComparison.Ordinal);
        var left = int.Parse(OutputText.Of(notebook.Cells[0].Outputs[0], "text/plain"), System.Globalization.CultureInfo.InvariantCulture);
        System.Diagnostics.Process.GetProcessById(left).Kill();
    }

    [Fact]
    public async Task Two_runners_at_once_do_not_meet()
    {
        string[] sources = ["var name = \"{0}\"; var shown = display(name);", "for (var i = 0; i < 20; i++) { await Task.Delay(5); shown.Update($\"{name} {i}\"); }\nConsole.Write(name);"];
        var notebooks = new[] { "one", "two" }.Select(name => Notebook.Load(work.WriteNotebook(
            name + ".ipynb", [.. sources.Select(source => Workspace.Code(source.Replace("{0}", name, StringComparison.Ordinal)))]))).ToList();

        var failures = await Task.WhenAll(notebooks.Select(notebook =>
            NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken)));

        Assert.All(failures, Assert.Null);
        Assert.Equal(["one 19", "two 19"], notebooks.Select(notebook => OutputText.Of(Assert.Single(notebook.Cells[0].Outputs), "text/plain")));
        Assert.Equal(["one", "two"], notebooks.Select(notebook => OutputText.Of(Assert.Single(notebook.Cells[1].Outputs))));
    }
}
