using System.Diagnostics;

namespace Diffusion.Cli.Tests;

public sealed class CompareTests : IDisposable
{
    private static readonly string[] Grid =
        ["compare", "--schedules", "cosine", "--strides", "trailing,quadratic,uniform,linspace", "--rules", "ddim,ddpm", "--calls", "3,4", "--T", "50", "--samples", "500", "--seeds", "2"];

    private readonly string folder = Directory.CreateTempSubdirectory("diffusion-compare-").FullName;

    [Fact]
    public async Task A_killed_run_goes_on_and_parts_join_to_what_one_run_gives_byte_for_byte()
    {
        string whole = await RunWhole("whole");

        using (Process killed = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), .. Grid, "--out", Path.Combine(folder, "killed"), "--threads", "1"])
        {
            RedirectStandardError = true,
        })!)
        {
            // Two lines: the run has begun, and the first of sixteen samplers is done.
            await killed.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            await killed.StandardError.ReadLineAsync(TestContext.Current.CancellationToken);
            killed.Kill(entireProcessTree: true);
            await killed.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(Path.Combine(folder, "killed", "compare.csv")));
        Assert.Equal(whole, await RunWhole("killed"));

        string[] parts = [.. Enumerable.Range(1, 2).Select(part => Path.Combine(folder, $"part{part}"))];
        for (int part = 1; part <= 2; part++)
        {
            Assert.Equal(0, (await Ddm.RunAsync([.. Grid, "--out", parts[part - 1], "--shard", $"{part}/2"])).ExitCode);
        }

        Assert.Equal(0, (await Ddm.RunAsync(["compare", "merge", .. parts, "--out", Path.Combine(folder, "merged")])).ExitCode);
        Assert.Equal(whole, Results("merged"));
    }

    [Theory]
    [InlineData("compare --schedules x", "schedule", "\"x\"", "linear")]
    [InlineData("compare --strides trailing10", "strides", "\"trailing10\"", "trailing")]
    [InlineData("compare --rules euler", "rule", "\"euler\"", "heun")]
    [InlineData("compare --calls 5,x", "--calls", "\"5,x\"", "whole numbers")]
    [InlineData("compare --calls 1001", "calls", "1001", "1000 timesteps")]
    [InlineData("compare --samples 0", "samples", "0", "2 to")]
    [InlineData("compare --seeds 0", "seeds", "0", "1 to")]
    [InlineData("compare --search-seed 3", "search-seed", "3", "none of the scoring seeds")]
    [InlineData("compare --shard 2", "--shard", "\"2\"", "i/n")]
    [InlineData("compare --threads 0", "--threads", "0", "at least 1")]
    [InlineData("compare --mixture no-such-file", "--mixture", "no-such-file", "exists")]
    [InlineData("compare merge no-such-folder", "parts", "no-such-folder", "plan.json")]
    [InlineData("stride --optimize speed", "strides", "\"speed\"", "outcome")]
    [InlineData("stride --optimize trailing", "--optimize", "\"trailing\"", "likelihood")]
    [InlineData("stride --optimize outcome --K 0", "K", "0", "1..1000")]
    [InlineData("stride", "stride", "nothing", "--optimize")]
    [InlineData("stride --stride full --optimize outcome", "stride", "--stride and --optimize", "one of them")]
    public async Task Bad_options_are_refused_in_one_line(string line, string field, string got, string takes)
    {
        string[] arguments = line.Split(' ');
        Ddm.AssertRefused(await Ddm.RunAsync(arguments[0] == "compare" ? [.. arguments, "--out", Path.Combine(folder, "refused")] : arguments), field, got, takes);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> RunWhole(string name)
    {
        var (exitCode, _, error) = await Ddm.RunAsync([.. Grid, "--out", Path.Combine(folder, name)]);
        Assert.True(exitCode == 0, error);
        return Results(name);
    }

    private string Results(string name) =>
        File.ReadAllText(Path.Combine(folder, name, "compare.csv")) + File.ReadAllText(Path.Combine(folder, name, "compare.html"));
}
