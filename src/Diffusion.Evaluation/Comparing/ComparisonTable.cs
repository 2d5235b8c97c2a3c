using System.Globalization;
using System.Text;

namespace Diffusion.Evaluation;

/// <summary>The results of a comparison.</summary>
/// <param name="Plan">What was compared.</param>
/// <param name="Results">The cells' results, in the plan's order.</param>
/// <param name="Reference">The scores of the benchmark's reference, one a set: true samples beside others, or held-out ones.</param>
public sealed record ComparisonTable(ComparisonPlan Plan, IReadOnlyList<CellResult> Results, IReadOnlyList<Scores> Reference)
{
    /// <summary>Every run as a line of CSV, in full precision; the reference last.</summary>
    public string ToCsv()
    {
        string[] metrics = [.. Plan.Benchmark.Metrics.Select(metric => metric.Name)];
        var csv = new StringBuilder($"schedule,T,rule,stride,calls,steps,seed,{string.Join(',', metrics)},timesteps\n");
        foreach (CellResult result in Results)
        {
            Lines(
                $"{Quoted(result.Cell.Schedule)},{Plan.T},{result.Cell.Rule},{result.Cell.Stride},{result.Calls},{result.Timesteps.Count}",
                result.Runs,
                string.Join(' ', result.Timesteps));
        }

        Lines("data,,,,0,0", Reference, "");
        return csv.ToString();

        static string Quoted(string name) => name.Contains(',', StringComparison.Ordinal) ? $"\"{name}\"" : name;

        void Lines(string sampler, IReadOnlyList<Scores> runs, string timesteps)
        {
            for (int run = 0; run < runs.Count; run++)
            {
                string scores = string.Join(',', metrics.Select(metric => runs[run][metric].ToString("R", CultureInfo.InvariantCulture)));
                csv.Append(CultureInfo.InvariantCulture, $"{sampler},{run + 1},{scores},{timesteps}\n");
            }
        }
    }

    /// <summary>
    /// How much farther from the truth the strides of a group are than one of them, seed by seed: the mean difference, with an
    /// interval that holds for all of the table's comparisons at once (Bonferroni).
    /// </summary>
    /// <param name="group">Results of one schedule, rule and number of calls.</param>
    /// <param name="against">The family that the others are held against.</param>
    /// <returns>Above 0: farther from the truth. Families that are equal to the one held against are left out.</returns>
    public IReadOnlyList<(CellResult Result, Interval Difference)> Against(IReadOnlyList<CellResult> group, StrideFamily against)
    {
        if (group.FirstOrDefault(result => result.Cell.Stride == against) is not { } best)
        {
            return [];
        }

        string distance = Plan.Benchmark.Distance.Name;
        int comparisons = Results.Count(result => result.Cell.Stride != against);
        return
        [
            .. group.Where(result => result != best && !result.Timesteps.SequenceEqual(best.Timesteps)).Select(result => (
                result, Interval.OfRuns([.. result.Runs.Zip(best.Runs, (run, other) => run[distance] - other[distance])], comparisons))),
        ];
    }

    /// <summary>The results by schedule, rule and calls.</summary>
    public IEnumerable<IReadOnlyList<CellResult>> Groups() =>
        Results.GroupBy(result => (result.Cell.Schedule, result.Cell.Rule, result.Cell.Calls)).Select(group => group.ToList());

    /// <summary>The groups as readers see them.</summary>
    public IEnumerable<ComparisonSection> Sections() => Groups().Select(group => ComparisonSection.Of(this, group));
}
