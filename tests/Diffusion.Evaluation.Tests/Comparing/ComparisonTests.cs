namespace Diffusion.Evaluation.Tests;

public sealed class ComparisonTests : IDisposable
{
    private static readonly MixtureBenchmark Mixture = new(GaussianMixture.ThreeModes);

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private static ComparisonPlan Plan { get; } = new(
        Mixture.Description,
        ["cosine"],
        T: 12,
        [.. new[] { "trailing", "karras:5", "likelihood", "outcome" }.Select(StrideFamily.Parse)],
        [StepRule.Parse("ddim"), StepRule.Parse("ddpm"), StepRule.Parse("heun")],
        [3],
        Samples: 200,
        Seeds: 2,
        SearchSeed: 0);

    [Fact]
    public void A_run_that_was_stopped_and_the_union_of_parts_equal_one_run_byte_for_byte()
    {
        Comparison whole = Comparison.Open(Plan, folder.File("whole"));
        Run(whole);
        string expected = whole.Read().ToCsv();

        string stopped = folder.File("stopped");
        using var stop = new CancellationTokenSource();
        int done = 0;
        Assert.ThrowsAny<OperationCanceledException>(() => Comparison.Open(Plan, stopped).Run(Mixture, cancellation: stop.Token, done: _ =>
        {
            if (++done == 5)
            {
                stop.Cancel();
            }
        }));
        var resumed = Comparison.Open(Plan, stopped);
        Assert.Equal(Plan.Cells().Count - 5, resumed.Missing.Count);
        Run(resumed);
        Assert.Equal(expected, resumed.Read().ToCsv());

        string[] parts = [.. Enumerable.Range(1, 3).Select(part => Path.Combine(folder.Path, $"part{part}"))];
        for (int part = 1; part <= 3; part++)
        {
            Comparison.Open(Plan, parts[part - 1]).Run(Mixture, part, 3, cancellation: Stop);
        }

        Assert.Equal(expected, Comparison.Merge(parts, folder.File("merged")).Read().ToCsv());
        Refused.With("out", "missing", "all parts", () => Comparison.Merge(parts[..2], folder.File("some")).Read());
    }

    [Fact]
    public void Every_sampler_is_farther_from_the_truth_than_true_samples_are_and_keeps_to_its_calls()
    {
        Comparison comparison = Comparison.Open(Plan with { Samples = 2000 }, folder.File("floor"));
        Run(comparison);
        ComparisonTable table = comparison.Read();
        Assert.Equal(2, table.Reference.Count);
        double reference = table.Reference.Average(run => run["w1"]);
        Assert.All(table.Results, result =>
        {
            Assert.InRange(result.Calls, 1, 3);
            Assert.Equal(result.Cell.Rule is HeunRule ? 2 : 3, result.Timesteps.Count);
            Interval distance = result[table.Plan.Benchmark.Distance];
            Assert.Equal(result.Runs.Average(run => run["w1"]), distance.Value, 1e-12);
            Assert.True(distance.Value > reference, $"{result.Cell}: {distance} against {reference}");
        });
    }

    [Fact]
    public void The_full_stride_of_ddim_is_at_no_distance_from_itself()
    {
        var plan = Plan with { Strides = [StrideFamily.Parse("full")], Rules = [StepRule.Parse("ddim")] };
        Comparison comparison = Comparison.Open(plan, folder.File("full"));
        Run(comparison);
        Assert.All(comparison.Read().Results, result => Assert.All(result.Runs, run => Assert.Equal(0, run["w1_full"])));
    }

    [Fact]
    public void Differences_from_the_searched_stride_are_taken_run_by_run()
    {
        Comparison comparison = Comparison.Open(Plan, folder.File("against"));
        Run(comparison);
        ComparisonTable table = comparison.Read();
        foreach (IReadOnlyList<CellResult> group in table.Groups())
        {
            CellResult searched = group.Single(result => result.Cell.Stride.Name == "outcome");
            foreach (var (result, difference) in table.Against(group, searched.Cell.Stride))
            {
                Assert.Equal(result.Runs.Average(run => run["w1"]) - searched.Runs.Average(run => run["w1"]), difference.Value, 1e-12);
                Assert.True(difference.Low <= difference.Value && difference.Value <= difference.High);
            }
        }
    }

    [Fact]
    public void A_plan_reads_back_from_its_text_and_no_other_text_is_one()
    {
        Assert.Equal(Plan.ToJson(), ComparisonPlan.Parse(Plan.ToJson()).ToJson());
        foreach (string text in new[] { "", "null", "{}", "[]", Plan.ToJson().Replace("\"rules\"", "\"roles\"", StringComparison.Ordinal) })
        {
            Refused.With("plan", "another text", "as a comparison writes it", () => ComparisonPlan.Parse(text));
        }
    }

    [Fact]
    public void What_cannot_be_compared_is_refused_in_one_line()
    {
        Refused.With("samples", "1", "2 to", () => (Plan with { Samples = 1 }).Validate());
        Refused.With("seeds", "0", "1 to", () => (Plan with { Seeds = 0 }).Validate());
        Refused.With("search-seed", "2", "none of the scoring seeds", () => (Plan with { SearchSeed = 2 }).Validate());
        Refused.With("calls", "13", "12 timesteps", () => (Plan with { Calls = [13] }).Validate());
        Refused.With("calls", "3,3", "each once", () => (Plan with { Calls = [3, 3] }).Validate());
        Refused.With("rules", "none", "at least one", () => (Plan with { Rules = [] }).Validate());
        Refused.With("schedule", "\"x\"", "linear", () => (Plan with { Schedules = ["x"] }).Validate());
        Refused.With("strides", "\"trailing5\"", "trailing", () => StrideFamily.Parse("trailing5"));
        Refused.With("strides", "\"karras:x\"", "karras", () => StrideFamily.Parse("karras:x"));
        Refused.With("shard", "3/2", "i in 1..n", () => Comparison.Open(Plan, folder.File("shard")).Run(Mixture, 3, 2));
        Refused.With("parts", "no plan.json", "folders of a comparison", () => Comparison.Merge([folder.Path], folder.File("nothing")));
        Refused.With("parts", "none", "at least one", () => Comparison.Merge([], folder.Path));
    }

    [Fact]
    public void A_folder_of_another_comparison_or_with_a_damaged_cell_is_refused_and_left_as_it_is()
    {
        string path = folder.File("taken");
        Comparison comparison = Comparison.Open(Plan, path);
        Refused.With("out", "another comparison", "a folder without results", () => Comparison.Open(Plan with { Seeds = 3 }, path));
        using (var other = new MixtureBenchmark(new GaussianMixture([1], [[0.0, 3.0]], [0.1])))
        {
            ComparisonPlan ofOther = Plan with { Benchmark = other.Description };
            Refused.With("out", "subject.identity.mixture.weights differs", "without results", () => Comparison.Open(ofOther, path));
            Refused.With("subject", "1 Gaussians", "3 Gaussians", () => comparison.Run(other, cancellation: Stop));
        }

        Run(comparison);
        string cell = Path.Combine(path, "cells", "00001.json");
        foreach (string damage in new[] { "", "{", "null", "{}", File.ReadAllText(Path.Combine(path, "cells", "00002.json")) })
        {
            File.WriteAllText(cell, damage);
            Refused.With("out", "00001.json", "delete", () => comparison.Read());
        }

        File.Delete(cell);
        Run(comparison);
        foreach (string damage in new[] { "", "null", "[]", "[null]", "[{\"Seed\":1,\"Values\":[1]}]" })
        {
            File.WriteAllText(Path.Combine(path, "floor.json"), damage);
            Refused.With("out", "true samples", "delete", () => comparison.Read());
        }
    }

    public void Dispose() => folder.Dispose();

    private static void Run(Comparison comparison) => comparison.Run(Mixture, threads: 2, cancellation: Stop);
}
