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
    public string Dash { get; init; } = "solid";

    public string Symbol { get; init; } = "circle";

    /// <summary>A curve through few measured points shows where they are.</summary>
    public bool HasMarkers => Kind == SeriesKind.Line && X.Length <= 24;
}

/// <summary>An axis: its label with the unit, and whether it is logarithmic.</summary>
internal sealed record Axis(string Label, bool Log = false, (double From, double To)? Range = null);

/// <summary>The values of a heat map, row by row from the bottom.</summary>
internal sealed record Heat(double[] X, double[] Y, double[,] Values, string Label);

/// <summary>A chart as data, from which both Plotly's chart and the still are made.</summary>
internal sealed record ChartModel(Axis X, Axis Y, IReadOnlyList<Series> Series)
{
    public string[]? Categories { get; init; }

    public Heat? Heat { get; init; }

    public bool EqualAspect { get; init; }

    public int Height => EqualAspect ? 460 : 380;

    public int MaxWidth => EqualAspect ? 520 : 820;

    /// <summary>The values' reach along an axis, positive values only where it is logarithmic.</summary>
    public (double From, double To)? Reach(bool horizontal)
    {
        var log = horizontal ? X.Log : Y.Log;
        var (from, to) = (double.PositiveInfinity, double.NegativeInfinity);
        var values = Series.SelectMany(series => horizontal ? series.X : series.Y);
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
