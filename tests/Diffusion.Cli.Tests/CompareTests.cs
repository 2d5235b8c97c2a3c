using System.Diagnostics;
using System.Text.Json;

namespace Diffusion.Cli.Tests;

public sealed class CompareTests : IDisposable
{
    private static readonly string[] Grid =
    [
        "compare", "--schedules", "cosine", "--strides", "trailing,quadratic,uniform,linspace", "--rules", "ddim,ddpm", "--calls", "3,4",
        "--T", "50", "--samples", "500", "--seeds", "2",
    ];

    private readonly string folder = Directory.CreateTempSubdirectory("diffusion-compare-").FullName;

    [Fact]
    public async Task A_killed_run_goes_on_and_parts_join_to_what_one_run_gives_byte_for_byte()
    {
        string whole = await RunWhole("whole");

        using (Process killed = Ddm.Start([.. Grid, "--out", Path.Combine(folder, "killed"), "--threads", "1"]))
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

    [Fact]
    public async Task A_name_with_commas_is_one_name()
    {
        string output = Path.Combine(folder, "commas");
        var (exitCode, _, error) = await Ddm.RunAsync(
            "compare", "--schedules", "logsnr:9,2,-9, cosine", "--strides", "trailing", "--rules", "ddim", "--calls", "2",
            "--T", "20", "--samples", "50", "--seeds", "1", "--out", output);

        Assert.True(exitCode == 0, error);
        IEnumerable<string> rows = File.ReadLines(Path.Combine(output, "compare.csv")).Skip(1).Take(2);
        Assert.Equal(["\"logsnr:9,2,-9\"", "cosine"], rows.Select(row => row[..row.IndexOf(",20,", StringComparison.Ordinal)]));
    }

    [Fact]
    public async Task A_network_is_compared_and_other_weights_are_refused_where_its_results_are()
    {
        string checkpoint = Path.Combine(folder, "points.safetensors"), results = Path.Combine(folder, "points");
        string[] line =
        [
            "compare", "--network", checkpoint, "--data", "two-moons", "--count", "300", "--schedules", "cosine",
            "--strides", "trailing,trajectory", "--calls", "2", "--T", "20", "--samples", "15", "--seeds", "2", "--out", results,
        ];
        SavePoints(checkpoint, seed: 3);

        var (exitCode, _, error) = await Ddm.RunAsync(line);
        Assert.True(exitCode == 0, error);
        string whole = Results("points");
        Assert.Contains("nearest_training", whole, StringComparison.Ordinal);
        Assert.Contains("held-out samples", whole, StringComparison.Ordinal);

        File.Delete(Path.Combine(results, "cells", "00001.json"));
        Assert.Equal(0, (await Ddm.RunAsync(line)).ExitCode);
        Assert.Equal(whole, Results("points"));

        SavePoints(checkpoint, seed: 4);
        Ddm.AssertRefused(await Ddm.RunAsync(line), "out", "subject.identity.network.sha256 differs", "without results");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--mixture", checkpoint]), "--network", "--mixture", "one of them");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--guidance", "2"]), "guidance", "2", "without classes");
    }

    [Fact]
    public async Task A_stride_is_found_for_a_network_as_the_library_finds_it()
    {
        string checkpoint = Path.Combine(folder, "points.safetensors");
        SavePoints(checkpoint, seed: 5);
        var (exitCode, output, error) = await Ddm.RunAsync(
        [
            "stride", "--optimize", "likelihood", "--network", checkpoint, "--data", "two-moons", "--count", "300", "--compute", "float32",
            "--schedule", "cosine", "--T", "30", "--K", "2,5", "--seed", "7",
        ]);
        Assert.True(exitCode == 0, error);

        using DenoisingNetwork network = DenoisingNetwork.Load(checkpoint);
        network.Precision = TorchSharp.torch.ScalarType.Float32;
        using DataSet data = DataSet.Open("two-moons", 300);
        using var benchmark = new NetworkBenchmark(network, data);
        StrideFinder finder = benchmark.StrideFinderFor(NoiseSchedule.Cosine(30), seed: 7);
        using var json = JsonDocument.Parse(output);
        foreach (JsonElement found in json.RootElement.GetProperty("strides").EnumerateArray())
        {
            int count = found.GetProperty("K").GetInt32();
            OptimalStride expected = finder.Find(StrideObjective.Likelihood, count, cancellation: TestContext.Current.CancellationToken);
            Assert.Equal($"{expected.Stride}", found.GetProperty("stride").GetString());
            Assert.Equal(expected.Cost, found.GetProperty("cost").GetDouble(), 1e-9 * expected.Cost);
        }
    }

    [Theory]
    [InlineData("compare --network digits", "--data", "nothing", "trained on")]
    [InlineData("compare --data digits", "--network", "--data", "a network")]
    [InlineData("compare --network digits --data digits8", "data", "1×8×8", "1×16×16")]
    [InlineData("compare --network digits --data digits --samples 180", "samples", "180", "2 to 179")]
    [InlineData("compare --network no-such-file --data digits", "checkpoint", "no-such-file", "exists")]
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
    [InlineData("stride --optimize speed", "--optimize", "\"speed\"", "outcome")]
    [InlineData("stride --optimize trailing", "--optimize", "\"trailing\"", "likelihood")]
    [InlineData("stride --optimize outcome --K 0", "K", "0", "1..1000")]
    [InlineData("stride --optimize outcome --network digits", "--data", "nothing", "trained on")]
    [InlineData("stride", "stride", "nothing", "--optimize")]
    [InlineData("stride --stride full --optimize outcome", "stride", "--stride and --optimize", "one of them")]
    public async Task Bad_options_are_refused_in_one_line(string line, string field, string got, string takes)
    {
        string[] arguments = line.Split(' ');
        string[] output = arguments[0] == "compare" ? ["--out", Path.Combine(folder, "refused")] : [];
        Ddm.AssertRefused(await Ddm.RunAsync([.. arguments, .. output]), field, got, takes);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private async Task<string> RunWhole(string name)
    {
        var (exitCode, _, error) = await Ddm.RunAsync([.. Grid, "--out", Path.Combine(folder, name)]);
        Assert.True(exitCode == 0, error);
        return Results(name);
    }

    private static void SavePoints(string path, int seed)
    {
        using var network = new PointMlp(new PointMlpConfig { Width = 16, Blocks = 1 }, seed);
        network.Save(path);
    }

    private string Results(string name) =>
        File.ReadAllText(Path.Combine(folder, name, "compare.csv")) + File.ReadAllText(Path.Combine(folder, name, "compare.html"));
}
