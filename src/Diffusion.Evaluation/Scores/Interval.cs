using MathNet.Numerics.Distributions;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Evaluation;

/// <summary>A value with the 95 % interval that it is known to.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
public readonly record struct Interval(double Value, double Low, double High)
{
    /// <summary>The mean over independent runs, such as seeds, with Student's interval.</summary>
    /// <param name="values">One value a run. One alone has no interval: both ends are NaN.</param>
    /// <param name="comparisons">Of how many intervals all are to hold at once, with 95 % (Bonferroni's correction).</param>
    /// <exception cref="InvalidInputException">There is no value, or no comparison.</exception>
    public static Interval OfRuns(IReadOnlyList<double> values, int comparisons = 1)
    {
        Require(comparisons >= 1, "comparisons", $"{comparisons}", "at least one");
        Require(values.Count > 0, "values", "none", "at least one");
        double mean = values.Average();
        if (values.Count == 1)
        {
            return new(mean, double.NaN, double.NaN);
        }

        int freedom = values.Count - 1;
        double error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / freedom / values.Count);
        double half = error * StudentT.InvCDF(0, 1, freedom, 1 - 0.025 / comparisons);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>The mean of many values, with the interval between the 2.5 % and 97.5 % points of its bootstrap (Efron 1979).</summary>
    /// <param name="values">The values, such as each sample's distance.</param>
    /// <param name="seed">Equal seeds give equal intervals.</param>
    /// <param name="resamples">How often the values are drawn again.</param>
    /// <exception cref="InvalidInputException">There is no value, or there are too few resamples.</exception>
    public static Interval OfMean(IReadOnlyList<double> values, int seed = 1, int resamples = 1000)
    {
        Require(values.Count > 0, "values", "none", "at least one");
        Require(resamples >= 40, "resamples", $"{resamples}", "a whole number from 40");
        double[] means = new double[resamples];
        for (int resample = 0; resample < resamples; resample++)
        {
            var random = new SplitMix(seed, resample);
            double sum = 0;
            for (int i = 0; i < values.Count; i++)
            {
                sum += values[random.Below(values.Count)];
            }

            means[resample] = sum / values.Count;
        }

        Array.Sort(means);
        return new(values.Average(), means[(int)(0.025 * resamples)], means[(int)Math.Ceiling(0.975 * resamples) - 1]);
    }

    /// <inheritdoc/>
    public override string ToString() => double.IsNaN(Low)
        ? FormattableString.Invariant($"{Value:G4}")
        : FormattableString.Invariant($"{Value:G4} [{Low:G4}, {High:G4}]");
}
