namespace Diffusion.Plots.Drawing;

/// <summary>Maps values to 0..1 along an axis and picks its ticks. A logarithmic axis works in decades.</summary>
internal readonly record struct AxisScale(double From, double To, bool Log)
{
    public static AxisScale Of((double From, double To) ends, bool log) =>
        log ? new(Math.Log10(ends.From), Math.Log10(ends.To), log) : new(ends.From, ends.To, log);

    /// <summary>Where a value stands; not finite where a logarithmic axis cannot show it.</summary>
    public double Place(double value) => ((Log ? Math.Log10(value) : value) - From) / (To - From);

    public AxisScale Widen(double length)
    {
        var middle = (From + To) / 2;
        return this with { From = middle - length / 2, To = middle + length / 2 };
    }

    public IEnumerable<double> Ticks()
    {
        if (!Log)
        {
            return Even(From, To, 0);
        }
        if (To - From > 3)
        {
            return Even(From, To, 1).Select(decade => Math.Pow(10, decade));
        }
        var (from, to) = (Math.Pow(10, From), Math.Pow(10, To));
        double[] ticks = [.. Enumerable.Range((int)Math.Floor(From), (int)Math.Ceiling(To - From) + 2)
            .SelectMany(decade => new[] { 1, 2, 5 }, (decade, first) => Math.Round(first * Math.Pow(10, decade), 12))
            .Where(tick => tick >= from * (1 - 1e-9) && tick <= to * (1 + 1e-9))];
        return ticks.Length > 1 ? ticks : Even(from, to, 0);
    }

    private static IEnumerable<double> Even(double from, double to, double atLeast)
    {
        var rough = (to - from) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = Math.Max(atLeast, (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power);
        for (var i = (long)Math.Ceiling(from / step - 1e-9); i * step <= to + step * 1e-9; i++)
        {
            yield return Math.Round(i * step, 12);
        }
    }
}
