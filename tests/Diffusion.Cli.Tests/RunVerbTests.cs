using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Cli.Tests;

/// <summary><c>ddm run</c>, as a process like any user's.</summary>
public sealed class RunVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-run-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private string PathOf(string name) => Path.Combine(folder, name);

    private void WriteNotebook(string name, params (string Source, string? Tag)[] cells) => File.WriteAllText(PathOf(name), new JsonObject
    {
        ["cells"] = new JsonArray([.. cells.Select((cell, i) => new JsonObject
        {
            ["cell_type"] = "code",
            ["id"] = $"c{i}",
            ["execution_count"] = null,
            ["metadata"] = cell.Tag is null ? [] : new JsonObject { ["tags"] = new JsonArray(cell.Tag) },
            ["outputs"] = new JsonArray(),
            ["source"] = cell.Source,
        })]),
        ["metadata"] = new JsonObject(),
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString());

    private Process Start(params string[] arguments) => Ddm.Start(folder, ["run", .. arguments]);

    [Fact]
    public async Task One_notebook_goes_to_the_file_that_is_named_with_its_parameters()
    {
        WriteNotebook("a.ipynb",
            ("var steps = 1;", "parameters"), ("Console.Write(steps);", null), ("throw new Exception(\"stop\");", null));
        using var process = Start("a.ipynb", "-o", Path.Combine("deep", "out.ipynb"), "--parameters", "steps=7");

        var (exitCode, output, _) = await process.EndAsync();

        Assert.Equal(1, exitCode);
        Assert.Contains("C# cell 3/4", output, StringComparison.Ordinal);
        Assert.Contains("FAILED", output, StringComparison.Ordinal);
        Assert.Contains("cell 4, line 1: System.Exception: stop", output, StringComparison.Ordinal);
        Assert.Equal(["out.ipynb"], Directory.GetFiles(PathOf("deep")).Select(Path.GetFileName));
        var cells = JsonNode.Parse(File.ReadAllText(PathOf("deep/out.ipynb")))!["cells"]!;
        Assert.Equal("7", cells[2]!["outputs"]![0]!["text"]![0]!.GetValue<string>());
    }

    [Fact]
    public async Task What_a_cell_prints_is_shown_while_it_runs_and_a_dib_file_becomes_a_notebook()
    {
        const string Text = """
            #!csharp
            var a = 1;

            #!csharp
            Console.WriteLine("begun");
            while (!System.IO.File.Exists("go")) await Task.Delay(10);
            Console.Error.Write("end");
            """;
        File.WriteAllText(PathOf("a.dib"), Text);
        using var process = Start("a.dib", "-o", "out");
        var lines = new List<string>();
        while (await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            lines.Add(Regex.Replace(line, @"[0-9.]+ s$", "0 s"));
            if (line == "begun")
            {
                // The cell ends only because its line was seen.
                File.WriteAllText(PathOf("go"), "");
            }
        }

        Assert.Equal(["a.dib", "  C# cell 1/2 0 s", "  C# cell 2/2", "begun", "end", "  C# cell 2/2 0 s", "  ok, 0 s", $"  written to {Path.Combine("out", "a.ipynb")}"], lines);
        Assert.Equal(["a.ipynb"], Directory.GetFiles(PathOf("out")).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("there is no such notebook", "none.ipynb")]
    [InlineData("got the file out.ipynb for 2 notebooks, takes a folder", "a.ipynb", "b.ipynb", "-o", "out.ipynb")]
    [InlineData("takes name=value", "a.ipynb", "-p", "1x=2")]
    [InlineData("--engine: got x, takes ddm or dotnet-interactive", "a.ipynb", "--engine", "x")]
    [InlineData("got x twice", "a.ipynb", "-p", "x=2", "-p", "x=3")]
    [InlineData("b.ipynb: no C# cell is tagged \"parameters\"", "a.ipynb", "b.ipynb", "-p", "x=3")]
    [InlineData("there is no parameter y", "a.ipynb", "-p", "y=3")]
    public async Task Bad_input_is_refused_in_one_line_and_nothing_is_written(string expected, params string[] arguments)
    {
        WriteNotebook("a.ipynb", ("int x = 1;", "parameters"));
        WriteNotebook("b.ipynb", ("1", null));
        using var process = Start(arguments);

        var (exitCode, output, error) = await process.EndAsync();

        Assert.Equal(2, exitCode);
        Assert.Empty(output);
        Assert.StartsWith("ddm: ", error, StringComparison.Ordinal);
        Assert.Contains(expected, error, StringComparison.Ordinal);
        Assert.Equal(1, error.Count(c => c == '\n'));
        Assert.Equal(["a.ipynb", "b.ipynb"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_ended_before_the_user_ends_the_run_is_written()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        WriteNotebook("a.ipynb", ("Console.Write(\"kept\");", null));
        WriteNotebook("b.ipynb", ("System.IO.File.WriteAllText(\"begun\", \"\"); while (true) await Task.Delay(100);", null));
        using var process = Start("a.ipynb", "b.ipynb", "-o", "out");
        while (!File.Exists(PathOf("begun")))
        {
            Assert.False(process.HasExited);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        using var kill = Process.Start("kill", ["-INT", process.Id.ToString(CultureInfo.InvariantCulture)]);
        var (exitCode, _, error) = await process.EndAsync();

        Assert.Equal((130, "ddm: cancelled; what ended before is written.\n"), (exitCode, error));
        Assert.Equal(["a.ipynb"], Directory.GetFiles(PathOf("out")).Select(Path.GetFileName));
        Assert.Contains("kept", File.ReadAllText(PathOf("out/a.ipynb")), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("INT")]
    [InlineData("KILL")]
    public async Task Ending_the_run_ends_the_cell_and_leaves_no_half_written_file(string signal)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no signals to send.");
        const string Endless = """
            System.IO.File.WriteAllText("id", Environment.ProcessId.ToString());
            System.IO.File.Move("id", "worker");
            while (true) await Task.Delay(100);
            """;
        WriteNotebook("a.ipynb", (Endless, null));
        using var process = Start("a.ipynb", "-o", "out.ipynb");
        while (!File.Exists(PathOf("worker")))
        {
            Assert.False(process.HasExited);
            await Task.Delay(50, TestContext.Current.CancellationToken);
        }

        using var worker = Process.GetProcessById(int.Parse(File.ReadAllText(PathOf("worker")), CultureInfo.InvariantCulture));
        using var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]);
        var (exitCode, _, error) = await process.EndAsync();
        await worker.WaitForExitAsync(TestContext.Current.CancellationToken);

        if (signal == "INT")
        {
            Assert.Equal(130, exitCode);
            Assert.Equal("ddm: cancelled; nothing was written.\n", error);
        }

        Assert.Equal(["a.ipynb", "worker"], Directory.GetFileSystemEntries(folder).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }
}
