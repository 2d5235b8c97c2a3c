using System.Globalization;

namespace Diffusion.Cli.Tests;

public sealed class EvaluateVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-evaluate-").FullName;
    private readonly string checkpoint;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public EvaluateVerbTests()
    {
        checkpoint = Path.Combine(folder, "points.safetensors");
        using var network = new PointMlp(new PointMlpConfig { Width = 16, Blocks = 1 }, seed: 3);
        network.Save(checkpoint);
    }

    [Fact]
    public async Task A_row_for_held_out_data_and_one_for_each_number_of_calls_the_same_every_time()
    {
        string first = Path.Combine(folder, "new", "first.csv"), second = Path.Combine(folder, "second.csv");
        string[] line =
        [
            "evaluate", checkpoint, "--data", "two-moons", "--count", "300", "--calls", "2,7", "--rule", "ddpm", "--samples", "15",
            "--sets", "2", "--compute", "float32",
        ];

        var run = await Ddm.RunAsync([.. line, "--out", first]);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("held-out", run.Output, StringComparison.Ordinal);
        string[][] rows = [.. (await File.ReadAllLinesAsync(first, Stop)).Select(row => row.Split(','))];
        Assert.Equal(4, rows.Length);
        Assert.All(rows, row => Assert.Equal(rows[0].Length, row.Length));
        Assert.Equal(["held-out", "network", "network"], rows[1..].Select(row => row[0]));
        Assert.Equal(["", "2", "7"], rows[1..].Select(row => row[1]));

        // The reference is what the library says of the same split: two sets of 15 of the 30 held-out points.
        using DataSet all = DataSet.Open("two-moons", count: 300);
        var (training, heldOut) = all.Divide();
        using (training)
        using (heldOut)
        {
            double nearest = NearestNeighbour.Distances(heldOut.Samples, training.Samples).Average();
            Assert.Equal(nearest, Number(rows[1], "nearest_training"), 1e-12);
        }

        // A comparison measures the same: its runs are the sets.
        using DenoisingNetwork network = DenoisingNetwork.Load(checkpoint);
        using var benchmark = new NetworkBenchmark(network, all);
        var plan = new ComparisonPlan(
            benchmark.Description, ["cosine"], T: 1000, [StrideFamily.Parse("uniform")], [StepRule.Parse("ddpm")], Calls: [2, 7],
            Samples: 15, Seeds: 2, SearchSeed: 0);
        var comparison = Comparison.Open(plan, Path.Combine(folder, "compared"));
        comparison.Run(benchmark, cancellation: Stop);
        ComparisonTable table = comparison.Read();
        foreach (Metric metric in benchmark.Description.Metrics)
        {
            double[][] compared = [.. new[] { table.Reference }.Concat(table.Results.Select(result => result.Runs))
                .Select(runs => runs.Select(run => run[metric.Name]).ToArray())];
            double[] expected = [.. compared.Select(runs => metric == Scorer.MinNearest ? runs.Min() : runs.Average())];
            Assert.All(rows[1..].Zip(expected), pair => Assert.Equal(pair.Second, Number(pair.First, metric.Name), 1e-9));
        }

        // Points have no features.
        Assert.All(rows[1..], row => Assert.Equal("", row[Array.IndexOf(rows[0], "frechet")]));

        Assert.Equal(0, (await Ddm.RunAsync([.. line, "--out", second])).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(first, Stop), await File.ReadAllBytesAsync(second, Stop));

        double Number(string[] row, string column) => double.Parse(row[Array.IndexOf(rows[0], column)], CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData("--calls 10,,20", "--calls", "10,,20", "whole numbers")]
    [InlineData("--calls 0", "stride", "0", "at least one")]
    [InlineData("--calls 2000", "stride", "2000", "1000")]
    [InlineData("--stride uniform50", "--stride", "uniform50", "without its number")]
    [InlineData("--stride evenly", "stride", "evenly", "uniform50")]
    [InlineData("--schedule square", "schedule", "square", "cosine")]
    [InlineData("--rule euler", "rule", "euler", "ddim")]
    [InlineData("--compute half", "--compute", "half", "bfloat16")]
    [InlineData("--data digits", "data", "1×16×16", "samples of 2")]
    [InlineData("--data rings", "data", "rings", "spiral")]
    [InlineData("--samples 40", "samples", "40", "2 to 30")]
    [InlineData("--sets 0", "sets", "0", "1 to 1000")]
    [InlineData("--guidance 2", "guidance", "2", "without classes")]
    public async Task Bad_options_are_refused_in_one_line_and_no_file_is_written(string options, string named, string got, string takes)
    {
        string file = Path.Combine(folder, "scores.csv");
        var line = new Dictionary<string, string> { ["--data"] = "two-moons", ["--count"] = "300", ["--samples"] = "10", ["--out"] = file };

        Ddm.AssertRefused(await Ddm.RunAsync(["evaluate", checkpoint, .. line.With(options)]), named, got, takes);

        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task A_checkpoint_that_is_not_there_is_refused_in_one_line() =>
        Ddm.AssertRefused(await Ddm.RunAsync("evaluate", "/no/such/file", "--data", "two-moons"), "/no/such/file", "safetensors");

    [Fact]
    public async Task A_damaged_checkpoint_is_refused_in_one_line()
    {
        byte[] bytes = await File.ReadAllBytesAsync(checkpoint, Stop);
        await File.WriteAllBytesAsync(checkpoint, bytes[..^100], Stop);

        Ddm.AssertRefused(await Ddm.RunAsync("evaluate", checkpoint, "--data", "two-moons"), checkpoint);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
