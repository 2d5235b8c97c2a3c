namespace Diffusion;

/// <summary>Several sets of samples of one kind, scored: each score with its 95 % interval.</summary>
/// <param name="Sets">How many sets were scored.</param>
/// <param name="Count">How many samples each has.</param>
/// <param name="SlicedWasserstein">The mean over the sets of <see cref="SampleScores.SlicedWasserstein"/>; one set has no interval.</param>
/// <param name="Frechet">The same of <see cref="SampleScores.Frechet"/>; null without a classifier.</param>
/// <param name="ClassAgreement">The same of <see cref="SampleScores.ClassAgreement"/>; null where no class was asked for.</param>
/// <param name="NearestTraining">The mean distance to the nearest training sample over all samples of all sets, with its bootstrap.</param>
/// <param name="LeastNearest">The least of those distances.</param>
public sealed record ScoreSummary(
    int Sets, int Count, Interval SlicedWasserstein, Interval? Frechet, Interval? ClassAgreement, Interval NearestTraining, double LeastNearest)
{
    /// <summary>Joins the scores of sets.</summary>
    /// <param name="sets">At least one, all of the same kind and count.</param>
    /// <exception cref="InvalidInputException">There is none.</exception>
    public static ScoreSummary Of(IReadOnlyList<SampleScores> sets)
    {
        if (sets.Count == 0)
        {
            throw new InvalidInputException("sets", "none", "at least one");
        }

        double[] nearest = [.. sets.SelectMany(set => set.NearestTraining)];
        return new(
            sets.Count,
            nearest.Length / sets.Count,
            Interval.OfRuns([.. sets.Select(set => set.SlicedWasserstein)]),
            OfKnown(set => set.Frechet),
            OfKnown(set => set.ClassAgreement),
            Interval.OfMean(nearest),
            nearest.Min());

        Interval? OfKnown(Func<SampleScores, double?> score) =>
            sets.All(set => score(set) is not null) ? Interval.OfRuns([.. sets.Select(set => score(set)!.Value)]) : null;
    }
}
