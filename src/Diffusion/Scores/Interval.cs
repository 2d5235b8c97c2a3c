using Diffusion.Data;

namespace Diffusion;

/// <summary>A value with the 95 % interval that it is known to.</summary>
/// <param name="Value">The estimate.</param>
/// <param name="Low">The interval's lower end.</param>
/// <param name="High">The interval's upper end.</param>
public readonly record struct Interval(double Value, double Low, double High)
{
    // Student's t at 97.5 %, for 1 to 30 degrees of freedom.
    private static readonly double[] _studentT =
    [
        12.7062, 4.3027, 3.1824, 2.7764, 2.5706, 2.4469, 2.3646, 2.3060, 2.2622, 2.2281,
        2.2010, 2.1788, 2.1604, 2.1448, 2.1314, 2.1199, 2.1098, 2.1009, 2.0930, 2.0860,
        2.0796, 2.0739, 2.0687, 2.0639, 2.0595, 2.0555, 2.0518, 2.0484, 2.0452, 2.0423,
    ];

    /// <summary>The mean over independent runs, such as seeds, with Student's interval.</summary>
    /// <param name="values">One value a run. One alone has no interval: both ends are NaN.</param>
    /// <exception cref="InvalidInputException">There is no value.</exception>
    public static Interval OfRuns(IReadOnlyList<double> values)
    {
        if (values.Count == 0)
        {
            throw new InvalidInputException("values", "none", "at least one");
        }

        double mean = values.Average();
        if (values.Count == 1)
        {
            return new(mean, double.NaN, double.NaN);
        }

        int freedom = values.Count - 1;
        double error = Math.Sqrt(values.Sum(value => (value - mean) * (value - mean)) / freedom / values.Count);
        double half = error * (freedom <= _studentT.Length ? _studentT[freedom - 1] : 1.96 + 2.4 / freedom);
        return new(mean, mean - half, mean + half);
    }

    /// <summary>The mean of many values, with the interval between the 2.5 % and 97.5 % points of its bootstrap (Efron 1979).</summary>
    /// <param name="values">The values, such as each sample's distance.</param>
    /// <param name="seed">Equal seeds give equal intervals.</param>
    /// <param name="resamples">How often the values are drawn again.</param>
    /// <exception cref="InvalidInputException">There is no value, or there are too few resamples.</exception>
    public static Interval OfMean(IReadOnlyList<double> values, int seed = 1, int resamples = 1000)
    {
        if (values.Count == 0)
        {
            throw new InvalidInputException("values", "none", "at least one");
        }

        if (resamples < 40)
        {
            throw new InvalidInputException("resamples", $"{resamples}", "a whole number from 40");
        }

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
