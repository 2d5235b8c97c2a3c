using System.Diagnostics;
using System.Globalization;
using Diffusion.Tests;

namespace Diffusion.Engine.Tests;

/// <summary>Cells in .NET Interactive's own tool: recorded, limited and survived as in the kit's engine.</summary>
public sealed class InteractiveToolTests(RestoredTool restored)
{
    [Fact]
    public async Task Other_languages_shared_values_and_magic_commands_run()
    {
        using var cells = new Cells(
            "#!fsharp\nlet five = 5",
            "#!share --from fsharp five\nfive + 1",
            "#!time\nConsole.Write(\"out\"); Console.Error.Write(\"err\");",
            "#!javascript\nalert(1)",
            "display(\"one\"); \"two\"",
            "Console.ReadLine() is null");

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Null(failure);
        Assert.Empty(outputs[0]);
        Assert.Contains("<pre>6</pre>", Assert.Single(outputs[1]).Text, StringComparison.Ordinal);
        Assert.Equal([("stdout", "out"), ("stderr", "err")], outputs[2][..2]);
        Assert.StartsWith("Wall time:", outputs[2][2].Text, StringComparison.Ordinal);
        Assert.Equal([("text/html", "<script type=\"text/javascript\">\nalert(1)</script>")], outputs[3]);
        Assert.Equal([("text/plain", "one"), ("text/plain", "two")], outputs[4]);
        Assert.Contains("True", Assert.Single(outputs[5]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task FSharp_samples_by_the_same_libraries()
    {
        string kit = Path.Combine(RestoredTool.Repository, "artifacts", "kit");
        using var cells = new Cells($"""
            #!fsharp
            #r "{kit}/Diffusion.Runtime.dll"
            #r "{kit}/TorchSharp.dll"
            #r "{kit}/Diffusion.dll"
            open Diffusion
            Diffusion.Runtime.TorchRuntime.EnsureLoaded()
            let sampler = Sampler.Strided(NoiseSchedule.Cosine(100), Stride.Trailing(5))
            let run = sampler.Run(GaussianMixtureDenoiser(GaussianMixture.ThreeModes), Noise.Gaussian([| 4L; 2L |], 1))
            printfn "%A after %d calls" run.Sample.shape run.Cost.DenoiserCalls
            """);

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Null(failure);
        Assert.StartsWith("[|4L; 2L|] after 5 calls", outputs[0][0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_display_that_is_updated_is_one_output_with_its_last_state()
    {
        using var cells = new Cells(
            "using Microsoft.DotNet.Interactive; var shown = KernelInvocationContext.Current.Display(\"first\");",
            "shown.Update(\"last\");");

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Null(failure);
        Assert.Equal([("text/plain", "last")], outputs[0]);
        Assert.Empty(outputs[1]);
    }

    [Fact]
    public async Task Errors_have_a_name_a_message_and_a_line_where_one_is_known()
    {
        using var cells = new Cells(
            Cells.MayFail + "int x = \"a\";",
            Cells.MayFail + "void F() => throw new InvalidOperationException(\"outer\", new Exception(\"inner\"));\nF();",
            Cells.MayFail + "class Own() : Exception(\"own\");\nthrow new Own();",
            Cells.MayFail + "#!fsharp\nlet z : int = \"a\"",
            "1",
            "\nint y = \"a\";",
            "\"never\"");

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Equal(("CompilationError", "Cannot implicitly convert type 'string' to 'int'"), Assert.Single(outputs[0]));
        Assert.Equal(("System.InvalidOperationException", "outer"), Assert.Single(outputs[1]));
        Assert.Equal(("Own", "own"), Assert.Single(outputs[2]));
        Assert.Equal("CompilationError", outputs[3][^1].Kind);
        Assert.Single(outputs[4]);
        Assert.Equal("cell 6, line 2: CompilationError: Cannot implicitly convert type 'string' to 'int'", failure?.ToString());
        Assert.Empty(outputs[6]);
    }

    [Theory]
    [InlineData("Environment.Exit(3);", "with exit code 3.")]
    [InlineData("int F(int i) => F(i + 1) + 1; F(0);", "Stack overflow.")]
    public async Task A_cell_that_ends_the_tool_keeps_what_was_shown(string code, string message)
    {
        using var cells = new Cells("\"first\"", "Console.WriteLine(\"before\");\n" + code, "\"never\"");

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Equal(("ProcessEnded", 2), (failure?.Name, failure?.Cell));
        Assert.Contains(message, failure!.Message, StringComparison.Ordinal);
        Assert.Equal(("text/plain", "first"), Assert.Single(outputs[0]));
        Assert.Equal([("stdout", "before\n"), ("ProcessEnded", failure.Message)], outputs[1]);
        Assert.Empty(outputs[2]);
    }

    [Fact]
    public async Task A_cell_that_never_ends_is_ended_and_what_it_printed_is_bounded()
    {
        // Not for ever: the tool keeps in its memory all that a cell prints.
        using var cells = new Cells("""
            for (int i = 0; i < 20; i++) Console.WriteLine(new string('x', 100_000));
            while (true) System.Threading.Thread.Sleep(100);
            """);

        var (failure, outputs) = await cells.RunAsync(restored.Tool, TimeSpan.FromSeconds(30));

        Assert.Equal(("TimeLimit", 1), (failure?.Name, failure?.Cell));
        Assert.InRange(outputs[0][0].Text.Length, 100_000, 1_100_000);
    }

    [Theory]
    [InlineData("KILL")]
    [InlineData("INT")]
    public async Task Nothing_survives_the_program_that_runs_a_notebook(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using var cells = new Cells("""
            System.IO.File.WriteAllText("id", $"{Environment.ProcessId}");
            System.IO.File.Move("id", "tool");
            while (true) System.Threading.Thread.Sleep(100);
            """);
        string[] command = [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), "run", cells.Path, "-o", "out.ipynb", "--engine", InteractiveTool.Name];
        using Process program = Interruptible.Start(cells.Folder, "dotnet", command);
        var mark = Path.Combine(cells.Folder, "tool");
        while (!File.Exists(mark))
        {
            Assert.False(program.HasExited);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        using var tool = Process.GetProcessById(int.Parse(File.ReadAllText(mark), CultureInfo.InvariantCulture));
        using var kill = Process.Start("kill", ["-" + signal, program.Id.ToString(CultureInfo.InvariantCulture)]);
        await tool.WaitForExitAsync(TestContext.Current.CancellationToken);
        await program.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.False(File.Exists(Path.Combine(cells.Folder, "out.ipynb")));
    }
}
