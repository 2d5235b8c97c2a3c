using Diffusion.Comparing;

namespace Diffusion.Tests.Comparing;

public sealed class ComparisonTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private static readonly MixtureSubject Mixture = new(GaussianMixture.ThreeModes);

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
        Comparison whole = Comparison.Open(Plan, Path.Combine(folder.Path, "whole"));
        Run(whole);
        string expected = whole.Read().ToCsv();

        string stopped = Path.Combine(folder.Path, "stopped");
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
            Comparison.Open(Plan, parts[part - 1]).Run(Mixture, part, 3, cancellation: TestContext.Current.CancellationToken);
        }

        Assert.Equal(expected, Comparison.Merge(parts, Path.Combine(folder.Path, "merged")).Read().ToCsv());
        Refused.With("out", "missing", "all parts", () => Comparison.Merge(parts[..2], Path.Combine(folder.Path, "some")).Read());
    }

    [Fact]
    public void Every_sampler_is_farther_from_the_truth_than_true_samples_are_and_keeps_to_its_calls()
    {
        Comparison comparison = Comparison.Open(Plan with { Samples = 2000 }, Path.Combine(folder.Path, "floor"));
        Run(comparison);
        ComparisonTable table = comparison.Read();
        Assert.Equal(2, table.Floor.Count);
        double floor = table.Floor.Average(run => run.Distance);
        Assert.All(table.Results, result =>
        {
            Assert.InRange(result.Calls, 1, 3);
            Assert.Equal(result.Cell.Rule is HeunRule ? 2 : 3, result.Timesteps.Count);
            Assert.True(result.Distance.Value > floor, $"{result.Cell}: {result.Distance} against {floor}");
        });
    }

    [Fact]
    public void The_full_stride_of_ddim_is_at_no_distance_from_itself()
    {
        var plan = Plan with { Strides = [StrideFamily.Parse("full")], Rules = [StepRule.Parse("ddim")] };
        Comparison comparison = Comparison.Open(plan, Path.Combine(folder.Path, "full"));
        Run(comparison);
        int full = plan.Subject.Scores.Select(score => score.Name).ToList().IndexOf("w1_full");
        Assert.All(comparison.Read().Results, result => Assert.All(result.Runs, run => Assert.Equal(0, run.Values[full])));
    }

    [Fact]
    public void Differences_from_the_searched_stride_are_taken_run_by_run()
    {
        Comparison comparison = Comparison.Open(Plan, Path.Combine(folder.Path, "against"));
        Run(comparison);
        ComparisonTable table = comparison.Read();
        foreach (IReadOnlyList<CellResult> group in table.Groups())
        {
            CellResult searched = group.Single(result => result.Cell.Stride.Name == "outcome");
            foreach (var (result, difference) in table.Against(group, searched.Cell.Stride))
            {
                Assert.Equal(result.Distance.Value - searched.Distance.Value, difference.Value, 1e-12);
                Assert.True(difference.Low <= difference.Value && difference.Value <= difference.High);
            }
        }
    }

    [Fact]
    public void A_plan_reads_back_from_its_text() => Assert.Equal(Plan.ToJson(), ComparisonPlan.Parse(Plan.ToJson()).ToJson());

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
        Refused.With("shard", "3/2", "i in 1..n", () => Comparison.Open(Plan, Path.Combine(folder.Path, "shard")).Run(Mixture, 3, 2));
        Refused.With("parts", "no plan.json", "folders of a comparison", () => Comparison.Merge([folder.Path], Path.Combine(folder.Path, "nothing")));
        Refused.With("parts", "none", "at least one", () => Comparison.Merge([], folder.Path));
    }

    [Fact]
    public void A_folder_of_another_comparison_or_with_a_damaged_cell_is_refused_and_left_as_it_is()
    {
        string path = Path.Combine(folder.Path, "taken");
        Comparison comparison = Comparison.Open(Plan, path);
        Refused.With("out", "another comparison", "a folder without results", () => Comparison.Open(Plan with { Seeds = 3 }, path));
        using (var other = new MixtureSubject(new GaussianMixture([1], [[0.0, 3.0]], [0.1])))
        {
            Refused.With("out", "subject.identity.mixture.weights differs", "a folder without results", () => Comparison.Open(Plan with { Subject = other.Description }, path));
            Refused.With("subject", "1 Gaussians", "3 Gaussians", () => comparison.Run(other, cancellation: TestContext.Current.CancellationToken));
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

    private static void Run(Comparison comparison) => comparison.Run(Mixture, threads: 2, cancellation: TestContext.Current.CancellationToken);
}
