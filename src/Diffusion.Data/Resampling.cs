namespace Diffusion.Data;

/// <summary>
/// Resizes one axis at a time with the cubic filter of Keys 1981 (a = −½), which is widened to the scale when it shrinks, so
/// that fine detail averages out instead of turning into false patterns.
/// </summary>
internal static class Resampling
{
    /// <summary>The weights of the sources of each target place, beginning at First; every row sums to one.</summary>
    public static (int First, float[] Weights)[] Weights(int from, int to)
    {
        double scale = (double)from / to, stretch = Math.Max(1, scale), reach = 2 * stretch;
        var rows = new (int, float[])[to];
        for (int place = 0; place < to; place++)
        {
            double centre = (place + 0.5) * scale - 0.5;
            int first = Math.Max(0, (int)Math.Ceiling(centre - reach)), last = Math.Min(from - 1, (int)Math.Floor(centre + reach));
            double[] weights = [.. Enumerable.Range(first, last - first + 1).Select(source => Keys((source - centre) / stretch))];
            double sum = weights.Sum();
            rows[place] = (first, [.. weights.Select(weight => (float)(weight / sum))]);
        }

        return rows;
    }

    private static double Keys(double x)
    {
        x = Math.Abs(x);
        return x < 1 ? (1.5 * x - 2.5) * x * x + 1 : x < 2 ? ((-0.5 * x + 2.5) * x - 4) * x + 2 : 0;
    }
}
