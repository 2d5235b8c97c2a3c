namespace Diffusion.Evaluation.Tests;

public class SummaryTests
{
    [Fact]
    public void Sets_are_joined_by_their_means_and_by_all_their_distances()
    {
        var summary = Summary.Of([Set([4, 2], 1, frechet: 10, agreement: 0.5), Set([6, 8], 3, frechet: 20, agreement: 1)]);
        Assert.Equal((2, 2), (summary.Sets, summary.Count));
        Assert.Equal(2, summary[Scorer.SlicedWasserstein]!.Value.Value);
        Assert.Equal(15, summary[Scorer.Frechet]!.Value.Value);
        Assert.Equal(0.75, summary[Scorer.ClassAgreement]!.Value.Value);
        Assert.Equal(5, summary[Scorer.NearestTraining]!.Value.Value);
        Assert.Equal(2, summary[Scorer.MinNearest]!.Value.Value);

        // Student with one degree of freedom: 12.706 standard errors, here of one each.
        Assert.Equal(2 + 12.706, summary[Scorer.SlicedWasserstein]!.Value.High, 1e-3);
        Assert.True(summary[Scorer.NearestTraining]!.Value.Low is >= 2 and < 5);
    }

    [Fact]
    public void What_no_set_knows_stays_unknown_and_one_set_has_no_interval_over_sets()
    {
        var summary = Summary.Of([Set([4, 2], 1)]);
        Assert.Null(summary[Scorer.Frechet]);
        Assert.Null(summary[Scorer.ClassAgreement]);
        Assert.True(double.IsNaN(summary[Scorer.SlicedWasserstein]!.Value.Low));
        Interval nearest = summary[Scorer.NearestTraining]!.Value;
        Assert.True(nearest.Low < nearest.High);
        Refused.With("sets", "none", "at least one", () => Summary.Of([]));
    }

    private static Scores Set(double[] nearest, double slicedWasserstein, double? frechet = null, double? agreement = null)
    {
        var values = new Dictionary<string, double>
        {
            [Scorer.SlicedWasserstein.Name] = slicedWasserstein,
            [Scorer.NearestTraining.Name] = nearest.Average(),
            [Scorer.MinNearest.Name] = nearest.Min(),
        };
        if (frechet is { } distance)
        {
            values[Scorer.Frechet.Name] = distance;
        }

        if (agreement is { } part)
        {
            values[Scorer.ClassAgreement.Name] = part;
        }

        return new(values, nearest);
    }
}
