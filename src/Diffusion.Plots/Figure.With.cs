using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

/// <content>What can be drawn into a chart that is there already. Each gives a new figure; the old one stays.</content>
public sealed partial class Figure
{
    /// <summary>The chart with one more curve, such as a formula beside what was measured.</summary>
    /// <param name="name">The curve's name.</param>
    /// <param name="x">Where its points stand.</param>
    /// <param name="y">Their heights; not-a-number makes a gap.</param>
    /// <exception cref="ArgumentException">X and Y differ in length, or the figure is no chart with two axes of numbers.</exception>
    public Figure WithLine(string name, double[] x, double[] y) => With(SeriesKind.Line, name, x, y);

    /// <summary>The chart with marked points that no line joins, such as measured values on a computed curve.</summary>
    /// <param name="name">The points' name.</param>
    /// <param name="x">Where they stand.</param>
    /// <param name="y">Their heights.</param>
    /// <exception cref="ArgumentException">X and Y differ in length, or the figure is no chart with two axes of numbers.</exception>
    public Figure WithPoints(string name, double[] x, double[] y) => With(SeriesKind.Points, name, x, y);

    /// <summary>The chart with ticks above the horizontal axis, such as the timesteps that a stride visits.</summary>
    /// <param name="name">The ticks' name.</param>
    /// <param name="x">Where they stand.</param>
    /// <exception cref="ArgumentException">The figure is no chart with two axes of numbers.</exception>
    public Figure WithTicks(string name, double[] x) => With(SeriesKind.Ticks, name, x, []);

    /// <summary>
    /// The chart with an interval around one of its series, such as a mean's standard error or the middle half of
    /// many runs: an error bar at every bar or marked point, a band around a smooth curve.
    /// </summary>
    /// <param name="name">The series that the interval belongs to.</param>
    /// <param name="low">The interval's lower end at each point of the series.</param>
    /// <param name="high">Its upper end.</param>
    /// <exception cref="ArgumentException">The figure has no such series, or the series has another number of points.</exception>
    public Figure WithInterval(string name, double[] low, double[] high)
    {
        var model = Model(nameof(WithInterval));
        var series = model.Series.LastOrDefault(series => series.Name == name && series.Kind != SeriesKind.Ticks);
        Figures.Require(series is not null, $"The figure has no series \"{name}\"; it has {string.Join(", ", model.Series.Select(other => $"\"{other.Name}\""))}.", nameof(name));
        Figures.Require(low.Length == series!.Y.Length && high.Length == series.Y.Length, $"The interval of \"{name}\" takes {series.Y.Length} lower and upper ends; got {low.Length} and {high.Length}.", nameof(low));
        return With(model with { Series = [.. model.Series.Select(other => other == series ? series with { Low = [.. low], High = [.. high] } : other)] });
    }

    /// <summary>The chart with a vertical line through it.</summary>
    /// <param name="x">Where the line stands.</param>
    /// <param name="label">What stands beside it.</param>
    /// <exception cref="ArgumentException">The figure is no chart with two axes of numbers.</exception>
    public Figure WithVertical(double x, string label) => WithReference(new Reference(Vertical: true, x, label), Numeric(nameof(WithVertical)));

    /// <summary>The chart with a horizontal line through it.</summary>
    /// <param name="y">Where the line stands.</param>
    /// <param name="label">What stands above it.</param>
    /// <exception cref="ArgumentException">The figure is no chart.</exception>
    public Figure WithHorizontal(double y, string label) => WithReference(new Reference(Vertical: false, y, label), Model(nameof(WithHorizontal)));

    /// <summary>The chart with a horizontal axis that does not follow the data, so that a live figure keeps its place.</summary>
    /// <param name="from">The axis' left end.</param>
    /// <param name="to">Its right end.</param>
    /// <exception cref="ArgumentException">The figure is no chart with two axes of numbers, or the axis has no such ends.</exception>
    public Figure WithXRange(double from, double to)
    {
        var model = Numeric(nameof(WithXRange));
        return With(model with { X = Ranged(model.X, from, to) });
    }

    /// <summary>The chart with a vertical axis that does not follow the data, so that a live figure keeps its place.</summary>
    /// <param name="from">The axis' lower end.</param>
    /// <param name="to">Its upper end.</param>
    /// <exception cref="ArgumentException">The figure is no chart, or the axis has no such ends.</exception>
    public Figure WithYRange(double from, double to)
    {
        var model = Model(nameof(WithYRange));
        return With(model with { Y = Ranged(model.Y, from, to) });
    }

    private Figure With(SeriesKind kind, string name, double[] x, double[] y)
    {
        var model = Numeric($"With{kind}");
        Figures.Require(kind == SeriesKind.Ticks || x.Length == y.Length, $"Series \"{name}\" has {x.Length} values of X and {y.Length} of Y.", nameof(x));
        var index = model.Series.Count(series => series.Colour != Palette.Ink);
        return With(model with { Series = [.. model.Series, Series.Of(kind, name, x, y, index) with { IsFormula = kind == SeriesKind.Line }] });
    }

    private Figure With(ChartModel model) => new(Title, new ChartBody(model));

    private Figure WithReference(Reference reference, ChartModel model)
    {
        var log = reference.Vertical ? model.X.Log : model.Y.Log;
        Figures.Require(double.IsFinite(reference.At) && (!log || reference.At > 0), $"A line at {reference.At} does not stand on {(log ? "a logarithmic" : "an")} axis.", nameof(reference));
        return With(model with { References = [.. model.References, reference] });
    }

    private static Axis Ranged(Axis axis, double from, double to)
    {
        Figures.Require(double.IsFinite(from) && double.IsFinite(to) && from < to && (!axis.Log || from > 0), $"{(axis.Log ? "A logarithmic axis" : "An axis")} does not go from {from} to {to}.", nameof(from));
        return axis with { Range = (from, to) };
    }

    private ChartModel Model(string asked)
    {
        Figures.Require(body is ChartBody, $"{asked} takes a chart with axes; got {body.Describe()}.", nameof(body));
        return ((ChartBody)body).Model;
    }

    private ChartModel Numeric(string asked)
    {
        var model = Model(asked);
        Figures.Require(model.Categories is null, $"{asked} takes a chart whose horizontal axis has numbers; got bars by category.", nameof(body));
        return model;
    }
}
