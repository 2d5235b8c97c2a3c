namespace Diffusion.Evaluation.Tests;

public class IntervalTests
{
    [Fact]
    public void Both_kinds_hold_the_true_mean_in_about_95_of_100_cases()
    {
        var random = new Random(6);
        int byRuns = 0, byBootstrap = 0;
        const int Trials = 600;
        for (int trial = 0; trial < Trials; trial++)
        {
            byRuns += Holds(Interval.OfRuns(Draw(5))) ? 1 : 0;
            byBootstrap += Holds(Interval.OfMean(Draw(80), seed: trial, resamples: 200)) ? 1 : 0;
        }

        // Binomial(600, 0.95): mean 570, standard deviation 5.3; a bootstrap of 80 values is a little too short.
        Assert.InRange(byRuns, 570 - 22, 570 + 22);
        Assert.InRange(byBootstrap, 570 - 35, 570 + 22);

        static bool Holds(Interval interval) => interval.Low <= 3 && interval.High >= 3;
        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ =>
            3 + Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];
    }

    [Fact]
    public void Equal_seeds_give_equal_intervals_around_the_mean()
    {
        double[] values = [1, 5, 2, 8, 3, 3];
        var interval = Interval.OfMean(values, seed: 4);
        Assert.Equal(interval, Interval.OfMean(values, seed: 4));
        Assert.Equal(values.Average(), interval.Value);
        Assert.True(interval.Low < interval.Value && interval.Value < interval.High);
    }

    [Fact]
    public void One_run_has_no_interval_and_none_has_no_value()
    {
        var one = Interval.OfRuns([2.5]);
        Assert.Equal(2.5, one.Value);
        Assert.True(double.IsNaN(one.Low) && double.IsNaN(one.High));
        Assert.Equal("2.5", one.ToString());
        Refused.With("values", "none", "at least one", () => Interval.OfRuns([]));
        Refused.With("comparisons", "0", "at least one", () => Interval.OfRuns([1], comparisons: 0));
        Refused.With("values", "none", "at least one", () => Interval.OfMean([]));
        Refused.With("resamples", "2", "from 40", () => Interval.OfMean([1], resamples: 2));
    }
}
