namespace Diffusion.Plots.Drawing;

/// <summary>Counts samples into bins.</summary>
internal static class Binning
{
    public static (double From, double To) Reach(IEnumerable<double[]> samples)
    {
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        foreach (var value in samples.SelectMany(values => values).Where(double.IsFinite))
        {
            (from, to) = (Math.Min(from, value), Math.Max(to, value));
        }
        return from < to ? (from, to) : from == to ? (from - 0.5, to + 0.5) : (0, 1);
    }

    // The cube root keeps the noise of a bin in step with its width (Freedman and Diaconis 1981).
    public static int Count(int samples) => Math.Clamp((int)Math.Round(2.5 * Math.Cbrt(samples)), 8, 80);

    /// <summary>The outline of a histogram with area one, from the axis up and back to it.</summary>
    public static (double[] X, double[] Y) Outline(double[] values, double from, double to, int bins)
    {
        var counts = new int[bins];
        var total = 0;
        foreach (var value in values.Where(double.IsFinite))
        {
            counts[Math.Min(bins - 1, (int)((value - from) / (to - from) * bins))]++;
            total++;
        }
        var width = (to - from) / bins;
        var (x, y) = (new List<double> { from }, new List<double> { 0 });
        for (var i = 0; i < bins; i++)
        {
            var height = total > 0 ? counts[i] / (total * width) : 0;
            x.AddRange([from + i * width, from + (i + 1) * width]);
            y.AddRange([height, height]);
        }
        x.Add(to);
        y.Add(0);
        return ([.. x], [.. y]);
    }
}
