namespace Diffusion.Plots.Drawing;

/// <summary>Maps values to 0..1 along an axis of a still and picks its ticks. A logarithmic axis works in decades.</summary>
internal readonly record struct StillScale(double From, double To, bool Log)
{
    public static StillScale Around(double from, double to, bool log, bool pad)
    {
        if (log)
        {
            (from, to) = (Math.Log10(from), Math.Log10(to));
        }
        if (to - from < 1e-12 * Math.Max(1, Math.Abs(from)))
        {
            (from, to) = (from - 0.5, to + 0.5);
        }
        var margin = pad ? (to - from) * 0.04 : 0;
        return new StillScale(from - margin, to + margin, log);
    }

    /// <summary>Where a value stands, 0 at the axis' start; a value that a logarithmic axis cannot show stands at its start.</summary>
    public double Place(double value)
    {
        if (!Log)
        {
            return (value - From) / (To - From);
        }
        return value > 0 ? Math.Max(0, (Math.Log10(value) - From) / (To - From)) : value == 0 ? 0 : double.NaN;
    }

    public StillScale Widen(double length)
    {
        var middle = (From + To) / 2;
        return this with { From = middle - length / 2, To = middle + length / 2 };
    }

    public IEnumerable<double> Ticks()
    {
        var rough = (To - From) / 5;
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = (rough / power) switch { < 1.5 => 1, < 3.5 => 2, < 7.5 => 5, _ => 10 } * power;
        if (Log && To - From > 1)
        {
            step = Math.Max(1, Math.Round(step));
        }
        for (var i = (long)Math.Ceiling(From / step - 1e-9); i * step <= To + step * 1e-9; i++)
        {
            var tick = Math.Round(i * step, 12);
            yield return Log ? Math.Pow(10, tick) : tick;
        }
    }
}
