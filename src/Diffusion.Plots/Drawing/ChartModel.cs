namespace Diffusion.Plots.Drawing;

internal enum SeriesKind
{
    Line,
    Area,
    Points,
    Bars,
    Ticks,
}

/// <summary>One named series of a chart; categories of bars stand in the chart's <see cref="ChartModel.Categories"/>.</summary>
internal sealed record Series(SeriesKind Kind, string Name, double[] X, double[] Y, string Colour)
{
    public string Dash { get; init; } = "solid";

    public string Symbol { get; init; } = "circle";

    /// <summary>The lower ends of an interval around the series, or null.</summary>
    public double[]? Low { get; init; }

    /// <summary>The upper ends.</summary>
    public double[]? High { get; init; }

    /// <summary>Whether a line stands for a formula rather than joins measured points.</summary>
    public bool IsFormula { get; init; }

    /// <summary>A curve through few measured points shows where they are.</summary>
    public bool HasMarkers => Kind == SeriesKind.Line && !IsFormula && X.Length <= 24;

    /// <summary>An interval around a smooth curve is a band; elsewhere each point has its own error bar.</summary>
    public bool HasBand => Low is not null && Kind is SeriesKind.Line or SeriesKind.Area && !HasMarkers;

    /// <summary>A series in the colour, dash and symbol of its place in the chart.</summary>
    public static Series Of(SeriesKind kind, string name, double[] x, double[] y, int index) =>
        new(kind, name, [.. x], [.. y], Palette.Colour(index)) { Dash = Palette.Dash(index), Symbol = Palette.Symbol(index) };
}

/// <summary>An axis: its label with the unit, and whether it is logarithmic.</summary>
internal sealed record Axis(string Label, bool Log = false, (double From, double To)? Range = null);

/// <summary>The values of a heat map, row by row from the bottom.</summary>
internal sealed record Heat(double[] X, double[] Y, double[,] Values, string Label);

/// <summary>A labelled line through the whole chart.</summary>
internal sealed record Reference(bool Vertical, double At, string Label);

/// <summary>A chart as data, from which both Plotly's chart and the still are made.</summary>
internal sealed record ChartModel(Axis X, Axis Y, IReadOnlyList<Series> Series)
{
    public string[]? Categories { get; init; }

    public Heat? Heat { get; init; }

    public bool EqualAspect { get; init; }

    public IReadOnlyList<Reference> References { get; init; } = [];

    public int Height => EqualAspect ? 460 : 380;

    public int MaxWidth => EqualAspect ? 520 : 820;

    /// <summary>One series needs none where an axis tells its name.</summary>
    public bool HasLegend => Series.Count > 1 || (Series.Count == 1 && Series[0].Name.Length > 0 && Series[0].Name != Y.Label && Series[0].Kind != SeriesKind.Bars);

    /// <summary>Bars and areas stand on zero.</summary>
    public bool StartsAtZero => !Y.Log && Series.Any(series => series.Kind is SeriesKind.Bars or SeriesKind.Area);

    /// <summary>The values' reach along an axis, positive values only where it is logarithmic.</summary>
    public (double From, double To)? Reach(bool horizontal)
    {
        var log = horizontal ? X.Log : Y.Log;
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        var values = Series.SelectMany(series => horizontal ? series.X : series.Y.Concat(series.Low ?? []).Concat(series.High ?? []))
            .Concat(References.Where(reference => reference.Vertical == horizontal).Select(reference => reference.At));
        if (Heat is not null)
        {
            values = values.Concat(horizontal ? Heat.X : Heat.Y);
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
}
