namespace Diffusion.Tests.Scores;

public class ScoreSummaryTests
{
    [Fact]
    public void Sets_are_joined_by_their_means_and_by_all_their_distances()
    {
        var summary = ScoreSummary.Of([new(1, [4, 2], 10, 0.5), new(3, [6, 8], 20, 1)]);
        Assert.Equal((2, 2), (summary.Sets, summary.Count));
        Assert.Equal(2, summary.SlicedWasserstein.Value);
        Assert.Equal(15, summary.Frechet!.Value.Value);
        Assert.Equal(0.75, summary.ClassAgreement!.Value.Value);
        Assert.Equal(5, summary.NearestTraining.Value);
        Assert.Equal(2, summary.LeastNearest);

        // Student with one degree of freedom: 12.706 standard errors, here of one each.
        Assert.Equal(2 + 12.706, summary.SlicedWasserstein.High, 1e-3);
        Assert.True(summary.NearestTraining.Low is >= 2 and < 5);
    }

    [Fact]
    public void What_no_set_knows_stays_unknown_and_one_set_has_no_interval_over_sets()
    {
        var summary = ScoreSummary.Of([new(1, [4, 2], null, null)]);
        Assert.Null(summary.Frechet);
        Assert.Null(summary.ClassAgreement);
        Assert.True(double.IsNaN(summary.SlicedWasserstein.Low));
        Assert.True(summary.NearestTraining.Low < summary.NearestTraining.High);
        Assert.Throws<InvalidInputException>(() => ScoreSummary.Of([]));
    }
}
