namespace Diffusion.Evaluation;

/// <summary>Several sets of samples of one kind, scored: what <see cref="Scorer"/> says of them together.</summary>
/// <param name="Sets">How many sets were scored.</param>
/// <param name="Count">How many samples each has.</param>
/// <param name="Intervals">
/// By the metrics' names, the mean over the sets with its 95 % interval, which one set does not have; of the distance to the nearest
/// training sample the mean over all samples with its bootstrap; of the least distance the least. What a set does not have is not there.
/// </param>
public sealed record Summary(int Sets, int Count, IReadOnlyDictionary<string, Interval> Intervals)
{
    /// <summary>One of the scores; null where a set does not have it.</summary>
    /// <param name="metric">The metric.</param>
    public Interval? this[Metric metric] => Intervals.TryGetValue(metric.Name, out Interval found) ? found : null;

    /// <summary>Joins the scores of sets.</summary>
    /// <param name="sets">At least one, all of the same kind and count.</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static Summary Of(IReadOnlyList<Scores> sets)
    {
        InvalidInputException.Require(sets.Count > 0, "sets", "none", "at least one");
        double[] nearest = [.. sets.SelectMany(set => set.NearestTraining)];
        var intervals = sets[0].Values.Keys.Where(name => sets.All(set => set.Values.ContainsKey(name)))
            .ToDictionary(name => name, name => Interval.OfRuns([.. sets.Select(set => set[name])]));
        intervals[Scorer.NearestTraining.Name] = Interval.OfMean(nearest);
        intervals[Scorer.MinNearest.Name] = new(nearest.Min(), double.NaN, double.NaN);
        return new(sets.Count, nearest.Length / sets.Count, intervals);
    }
}
