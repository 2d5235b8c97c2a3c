using System.Globalization;
using System.Text;

namespace Diffusion.Comparing;

/// <summary>The results of a comparison.</summary>
/// <param name="Plan">What was compared.</param>
/// <param name="Results">The cells' results, in the plan's order.</param>
/// <param name="Floor">The scores of the subject's yardstick, one a set: true samples beside other true samples, or held-out ones.</param>
public sealed record ComparisonTable(ComparisonPlan Plan, IReadOnlyList<CellResult> Results, IReadOnlyList<RunScores> Floor)
{
    /// <summary>Every run as a line of CSV, in full precision; the yardstick last.</summary>
    public string ToCsv()
    {
        var csv = new StringBuilder($"schedule,T,rule,stride,calls,steps,seed,{string.Join(',', Plan.Subject.Scores.Select(score => score.Name))},timesteps\n");
        foreach (CellResult result in Results)
        {
            foreach (RunScores run in result.Runs)
            {
                Line($"{result.Cell.Schedule},{Plan.T},{result.Cell.Rule},{result.Cell.Stride},{result.Calls},{result.Timesteps.Count}", run, string.Join(' ', result.Timesteps));
            }
        }

        foreach (RunScores run in Floor)
        {
            Line("data,,,,0,0", run, "");
        }

        return csv.ToString();

        void Line(string sampler, RunScores run, string timesteps) => csv.Append(CultureInfo.InvariantCulture,
            $"{sampler},{run.Seed},{string.Join(',', run.Values.Select(value => value.ToString("R", CultureInfo.InvariantCulture)))},{timesteps}\n");
    }

    /// <summary>
    /// How much farther from the truth, in the first score, the strides of a group are than one of them, seed by seed: the mean
    /// difference, with an interval that holds for all of the table's comparisons at once (Bonferroni).
    /// </summary>
    /// <param name="group">Results of one schedule, rule and number of calls.</param>
    /// <param name="against">The family that the others are held against.</param>
    /// <returns>Above 0: farther from the truth. Families that are equal to the one held against are left out.</returns>
    public IReadOnlyList<(CellResult Result, Interval Difference)> Against(IReadOnlyList<CellResult> group, StrideFamily against)
    {
        if (group.FirstOrDefault(result => result.Cell.Stride == against) is not { } reference)
        {
            return [];
        }

        int comparisons = Results.Count - Results.Count(result => result.Cell.Stride == against);
        return
        [
            .. group.Where(result => result != reference && !result.Timesteps.SequenceEqual(reference.Timesteps)).Select(result => (result,
                Interval.OfRuns([.. result.Runs.Zip(reference.Runs, (run, other) => run.Distance - other.Distance)], comparisons))),
        ];
    }

    /// <summary>The results by schedule, rule and calls.</summary>
    public IEnumerable<IReadOnlyList<CellResult>> Groups() =>
        Results.GroupBy(result => (result.Cell.Schedule, result.Cell.Rule, result.Cell.Calls)).Select(group => group.ToList());
}
