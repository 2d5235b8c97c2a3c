namespace Diffusion.Notebooks.Tests;

/// <summary>The host's directives in a cell: where C#'s lexer sees one, and which this runner takes.</summary>
public sealed class DirectiveTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData("/*\n#r \"nuget: Ddm.No.Such\"\n#!fsharp\n*/\nConsole.Write(1);", "1")]
    [InlineData("// #r \"nuget: Ddm.No.Such\"\n//#!fsharp\nConsole.Write(2);", "2")]
    [InlineData("#if false\n#!import nowhere.csx\n#r \"nuget: Ddm.No.Such\"\n#load \"nowhere.csx\"\n#endif\nConsole.Write(3);", "3")]
    [InlineData("var text = @\"\n#r \"\"nuget: Ddm.No.Such\"\"\n\";\nConsole.Write(text);", "\n#r \"nuget: Ddm.No.Such\"\n")]
    [InlineData("Console.Write(\"\"\"\n#!/bin/bash\n#SBATCH\n\"\"\");", "#!/bin/bash\n#SBATCH")]
    [InlineData("Console.Write($\"\"\"\n#!import no.csx\n{1 + 1}\n#r nuget:Ddm.No\n\"\"\");", "#!import no.csx\n2\n#r nuget:Ddm.No")]
    public async Task A_directive_in_text_in_a_comment_or_in_what_is_not_compiled_is_none(string source, string printed)
    {
        var notebook = work.LoadNotebook(source);

        Assert.Null(await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken));

        Assert.Equal(printed, OutputText.Of(Assert.Single(notebook.Cells[0].Outputs)));
    }

    [Theory]
    [InlineData("#!time")]
    [InlineData("#!lsmagic")]
    [InlineData("#!set --name x --value 1")]
    [InlineData("#!value --name v")]
    [InlineData("#!share --from value v")]
    [InlineData("#!markdown")]
    [InlineData("#!fsharp")]
    [InlineData("#!cs")]
    public async Task A_command_that_this_runner_does_not_take_is_refused_before_the_cell_runs_and_the_engine_is_named(string command)
    {
        var notebook = work.LoadNotebook($"Console.WriteLine(1);\n{command}\nConsole.WriteLine(2);");
        var first = work.LoadNotebook($"{command}\nConsole.WriteLine(2);");

        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);
        var atFirst = await NotebookRunner.RunAsync(first, Workspace.Limit, null, TestContext.Current.CancellationToken);

        Assert.Equal((1, 2, "NotSupported"), (failure!.Cell, failure.Line, failure.Name));
        Assert.Contains("--engine dotnet-interactive", failure.Message, StringComparison.Ordinal);
        Assert.StartsWith(command.Split(' ')[0] + ": ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
        Assert.Equal("error", Assert.Single(notebook.Cells[0].Outputs)["output_type"]!.GetValue<string>());
        Assert.Equal(failure with { Line = 1 }, atFirst);
    }

    [Fact]
    public async Task A_cell_falls_into_parts_that_keep_its_lines_and_show_their_values()
    {
        var notebook = work.LoadNotebook("var x = 1;\r\n#!csharp\r\nx + 1\r\n#!C#\r\n\r\n// nothing\r\n  #!c#\r\nx = nothing;");

        var failure = await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);

        Assert.Equal((1, 8, "CompilationError"), (failure!.Cell, failure.Line, failure.Name));
        Assert.Equal(["execute_result", "error"], notebook.Cells[0].Outputs.Select(output => output["output_type"]!.GetValue<string>()));
        Assert.Contains("2", OutputText.Of(notebook.Cells[0].Outputs[0], "text/html"), StringComparison.Ordinal);
    }
}
