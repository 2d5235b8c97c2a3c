namespace Diffusion.Plots.Drawing;

internal enum SeriesKind
{
    Line,
    Area,
    Points,
    Bars,
}

/// <summary>One named series of a chart; categories of bars stand in the chart's <see cref="ChartModel.Categories"/>.</summary>
internal sealed record Series(SeriesKind Kind, string Name, double[] X, double[] Y, string Colour)
{
    /// <summary>The lengths of dashes and gaps, or null for a solid line.</summary>
    public string? Dash { get; init; }

    public string Symbol { get; init; } = "circle";

    /// <summary>Whether a line stands for a formula rather than joins measured points.</summary>
    public bool IsFormula { get; init; }

    /// <summary>Also a curve through few measured points shows where they are.</summary>
    public bool HasMarkers => Kind == SeriesKind.Points || (Kind == SeriesKind.Line && !IsFormula && X.Length <= 24);

    public double PointSize => X.Length switch { <= 200 => 7, <= 1000 => 5, _ => 3.5 };

    public double PointOpacity => X.Length switch { <= 200 => 0.95, <= 1000 => 0.8, _ => 0.65 };

    public double LineWidth => Kind == SeriesKind.Area ? 1.2 : 2.2;

    /// <summary>A series in the colour, dash and symbol of its place in the chart.</summary>
    /// <exception cref="InvalidInputException">X and Y differ in length.</exception>
    public static Series Of(SeriesKind kind, string name, double[] x, double[] y, int index)
    {
        InvalidInputException.Require(x.Length == y.Length,
            $"series \"{name}\"", $"{y.Length} values at {x.Length} places", "one value at each place");
        return new(kind, name, [.. x], [.. y], Palette.Colour(index)) { Dash = Palette.Dash(index), Symbol = Palette.Symbol(index) };
    }
}

/// <summary>An axis: its label with the unit, and whether it is logarithmic. A bare one has no numbers.</summary>
internal sealed record Axis(string Label, bool Log = false, (double From, double To)? Range = null, bool IsBare = false);

/// <summary>The values of a heat map, row by row from the bottom.</summary>
internal sealed record Heat(double[] X, double[] Y, double[,] Values, string Label)
{
    /// <summary>The outer edges of the cells, whose middles X and Y are.</summary>
    public (double From, double To) Edges(bool horizontal)
    {
        var middles = horizontal ? X : Y;
        var half = middles.Length > 1 ? (middles[^1] - middles[0]) / (middles.Length - 1) / 2 : 0.5;
        return (middles[0] - half, middles[^1] + half);
    }
}

/// <summary>A labelled line through the whole chart.</summary>
internal sealed record Reference(bool Vertical, double At, string Label);

/// <summary>A chart as data, of which Plotly's chart and the drawing without scripts are made.</summary>
internal sealed record ChartModel(Axis X, Axis Y, IReadOnlyList<Series> Series)
{
    public string[]? Categories { get; init; }

    public Heat? Heat { get; init; }

    public bool EqualAspect { get; init; }

    public IReadOnlyList<Reference> References { get; init; } = [];

    public int Height => EqualAspect ? 460 : 380;

    public int MaxWidth => EqualAspect ? 520 : 820;

    /// <summary>One series needs none where an axis tells its name.</summary>
    public bool HasLegend => Series.Count > 1
        || (Series is [{ Name.Length: > 0, Kind: not SeriesKind.Bars } only] && only.Name != Y.Label);

    /// <summary>The values' reach along an axis, positive values only where it is logarithmic.</summary>
    public (double From, double To)? Reach(bool horizontal)
    {
        var log = AxisOf(horizontal).Log;
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        var values = Series.SelectMany(series => horizontal ? series.X : series.Y)
            .Concat(References.Where(reference => reference.Vertical == horizontal).Select(reference => reference.At));
        if (Heat?.Edges(horizontal) is var (first, last))
        {
            values = values.Concat([first, last]);
        }
        foreach (var value in values)
        {
            if (double.IsFinite(value) && (!log || value > 0))
            {
                (from, to) = (Math.Min(from, value), Math.Max(to, value));
            }
        }
        return from <= to ? (from, to) : null;
    }

    /// <summary>A reach with a little room at its ends; bars and areas stand on zero.</summary>
    public (double From, double To) Padded((double From, double To) reach, bool horizontal)
    {
        var log = AxisOf(horizontal).Log;
        var standing = !horizontal && !log && Series.Any(series => series.Kind is SeriesKind.Bars or SeriesKind.Area);
        var (from, to) = log ? (Math.Log10(reach.From), Math.Log10(reach.To)) : reach;
        (from, to) = standing ? (Math.Min(from, 0), Math.Max(to, 0)) : (from, to);
        if (to - from < 1e-12 * Math.Max(1, Math.Abs(from)))
        {
            (from, to) = (from - 0.5, to + 0.5);
        }
        var margin = (to - from) * 0.04;
        (from, to) = (standing && from == 0 ? 0 : from - margin, standing && to == 0 ? 0 : to + margin);
        return log ? (Math.Pow(10, from), Math.Pow(10, to)) : (from, to);
    }

    /// <summary>Whether a line stands in the last half of its axis, so that its label has more room before it; not where lines are rows.</summary>
    public bool IsLate(Reference reference)
    {
        var axis = AxisOf(reference.Vertical);
        if (axis.IsBare)
        {
            return false;
        }
        var (from, to) = axis.Range ?? Reach(reference.Vertical)!.Value;
        return axis.Log ? reference.At * reference.At > from * to : reference.At > (from + to) / 2;
    }

    public Axis AxisOf(bool horizontal) => horizontal ? X : Y;
}
