using System.Globalization;

namespace Diffusion.Evaluation;

/// <summary>
/// The samplers of one schedule, rule and number of calls as a table of text, the nearest to the truth first, the reference last.
/// </summary>
/// <param name="Title">What they have in common.</param>
/// <param name="Header">The columns' names.</param>
/// <param name="Rows">A row a stride, each with a cell a column.</param>
/// <param name="Brief">The columns that a terminal has room for.</param>
public sealed record ComparisonSection(string Title, IReadOnlyList<string> Header, IReadOnlyList<string[]> Rows, IReadOnlyList<int> Brief)
{
    private const int MaxTimesteps = 50;

    internal static ComparisonSection Of(ComparisonTable table, IReadOnlyList<CellResult> group)
    {
        BenchmarkDescription benchmark = table.Plan.Benchmark;
        Metric[] others = [.. benchmark.Metrics.Skip(1)];

        // What was searched for by the outcome, otherwise the best.
        StrideFamily against = group.FirstOrDefault(result => result.Cell.Stride.Objective == StrideObjective.Outcome)?.Cell.Stride
            ?? group.MinBy(result => result[benchmark.Distance].Value)!.Cell.Stride;
        var differences = table.Against(group, against).ToDictionary(difference => difference.Result, difference => difference.Difference);
        var rows = group.OrderBy(result => result[benchmark.Distance].Value).Select(result => Row(
            result.Cell.Stride.Name,
            $"{result.Calls}",
            result.Cell.Stride == against ? "—" : differences.TryGetValue(result, out Interval by) ? PlusMinus(by) : "the same stride",
            result.Runs,
            result.Timesteps.Count <= MaxTimesteps ? string.Join(' ', result.Timesteps) : $"{result.Timesteps.Count} of them"));
        return new(
            $"{group[0].Cell.Schedule}, {group[0].Cell.Rule}, at most {group[0].Cell.Calls} calls",
            ["stride", "calls", benchmark.Distance.Title, $"farther than {against}", .. others.Select(metric => metric.Title), "timesteps"],
            [.. rows, Row(benchmark.Reference, "", "", table.Reference, "")],
            [0, 1, 2, 3, .. Enumerable.Range(0, others.Length).Where(metric => others[metric].Brief).Select(metric => metric + 4)]);

        string[] Row(string stride, string calls, string farther, IReadOnlyList<Scores> runs, string timesteps) =>
        [
            stride, calls, PlusMinus(Interval.OfRuns([.. runs.Select(run => run[benchmark.Distance.Name])])), farther,
            .. others.Select(metric => runs.Average(run => run[metric.Name]).ToString("G3", CultureInfo.InvariantCulture)), timesteps,
        ];
    }

    /// <summary>Student's intervals are even on both sides.</summary>
    private static string PlusMinus(Interval interval) => double.IsNaN(interval.High)
        ? string.Create(CultureInfo.InvariantCulture, $"{interval.Value:0.0000}")
        : string.Create(CultureInfo.InvariantCulture, $"{interval.Value:0.0000} ± {interval.High - interval.Value:0.0000}");
}
