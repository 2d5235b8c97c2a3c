using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

/// <content>What can be drawn into a chart that is there already. Each gives a new figure; the old one stays.</content>
public sealed partial class Figure
{
    /// <summary>The chart with one more curve, such as a formula beside what was measured.</summary>
    /// <param name="name">The curve's name.</param>
    /// <param name="x">Where its points stand.</param>
    /// <param name="y">Their heights; not-a-number makes a gap.</param>
    /// <exception cref="InvalidInputException">X and Y differ in length, or the figure is no chart with two axes of numbers.</exception>
    public Figure WithLine(string name, double[] x, double[] y)
    {
        var model = Numeric(nameof(WithLine));
        var index = model.Series.Count(series => series.Colour != Palette.Ink);
        var line = Series.Of(SeriesKind.Line, name, x, y, index) with { IsFormula = true };
        return With(model with { Series = [.. model.Series, line] });
    }

    /// <summary>The chart with a vertical line through it.</summary>
    /// <param name="x">Where the line stands.</param>
    /// <param name="label">What stands beside it.</param>
    /// <exception cref="InvalidInputException">The figure is no chart with two axes of numbers, or has no such place.</exception>
    public Figure WithVertical(double x, string label) =>
        WithReference(new Reference(Vertical: true, x, label), Numeric(nameof(WithVertical)));

    /// <summary>The chart with a horizontal line through it.</summary>
    /// <param name="y">Where the line stands.</param>
    /// <param name="label">What stands above it.</param>
    /// <exception cref="InvalidInputException">The figure is no chart, or has no such place.</exception>
    public Figure WithHorizontal(double y, string label) =>
        WithReference(new Reference(Vertical: false, y, label), Model(nameof(WithHorizontal)));

    /// <summary>The chart with a horizontal axis that does not follow the data, so that a live figure keeps its place.</summary>
    /// <param name="from">The axis' left end.</param>
    /// <param name="to">Its right end.</param>
    /// <exception cref="InvalidInputException">The figure is no chart with two axes of numbers, or the axis has no such ends.</exception>
    public Figure WithXRange(double from, double to)
    {
        var model = Numeric(nameof(WithXRange));
        return With(model with { X = Ranged(model.X, from, to) });
    }

    /// <summary>The chart with a vertical axis that does not follow the data, so that a live figure keeps its place.</summary>
    /// <param name="from">The axis' lower end.</param>
    /// <param name="to">Its upper end.</param>
    /// <exception cref="InvalidInputException">The figure is no chart, or the axis has no such ends.</exception>
    public Figure WithYRange(double from, double to)
    {
        var model = Model(nameof(WithYRange));
        return With(model with { Y = Ranged(model.Y, from, to) });
    }

    private Figure With(ChartModel model) => new(Title, new ChartContent(model));

    private Figure WithReference(Reference reference, ChartModel model)
    {
        var log = model.AxisOf(reference.Vertical).Log;
        InvalidInputException.Require(double.IsFinite(reference.At) && (!log || reference.At > 0),
            reference.Vertical ? "x" : "y", $"{reference.At}", log ? "a positive number, for the axis is logarithmic" : "a finite number");
        return With(model with { References = [.. model.References, reference] });
    }

    private static Axis Ranged(Axis axis, double from, double to)
    {
        InvalidInputException.Require(double.IsFinite(from) && double.IsFinite(to) && from < to && (!axis.Log || from > 0),
            "range", $"{from} to {to}", axis.Log ? "a rising range of positive numbers" : "a rising range");
        return axis with { Range = (from, to) };
    }

    private ChartModel Model(string asked)
    {
        InvalidInputException.Require(Content is ChartContent, asked, Content.Describe(), "a chart with axes");
        return ((ChartContent)Content).Model;
    }

    private ChartModel Numeric(string asked)
    {
        var model = Model(asked);
        InvalidInputException.Require(model.Categories is null, asked, "bars by category", "a chart whose horizontal axis has numbers");
        return model;
    }
}
