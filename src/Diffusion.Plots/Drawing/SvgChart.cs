using System.Net;
using System.Text;
using Diffusion.Data;
using static TorchSharp.torch;

namespace Diffusion.Plots.Drawing;

/// <summary>Draws a chart as an SVG image, which stands in its place where no script runs.</summary>
internal sealed class SvgChart
{
    private const int Left = 72, Right = 16, Bottom = 50;

    // More points of a series show nothing more at this size.
    private const int MaxPoints = 600;

    private const string GridStyle = "stroke-opacity=\"0.25\"", GuideStyle = $"stroke-dasharray=\"{Palette.ShortDash}\"";

    private readonly StringBuilder svg = new();
    private readonly ChartModel model;
    private readonly int width, height, top;
    private readonly AxisScale xScale, yScale;

    private SvgChart(ChartModel model, int width)
    {
        this.model = model;
        (this.width, height) = (model.EqualAspect ? Math.Min(480, width) : width, model.Height);
        Add($"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{this.width}\" height=\"{height}\" viewBox=\"0 0 {this.width} {height}\"");
        Add($" font-family=\"system-ui, sans-serif\" fill=\"{Palette.StaticInk}\">");
        top = model.HasLegend ? Legend() : 14;
        (xScale, yScale) = (Scale(horizontal: true), Scale(horizontal: false));
        if (model.EqualAspect)
        {
            var unit = Math.Max((xScale.To - xScale.From) / PlotWidth, (yScale.To - yScale.From) / PlotHeight);
            (xScale, yScale) = (xScale.Widen(unit * PlotWidth), yScale.Widen(unit * PlotHeight));
        }
    }

    private int PlotWidth => width - Left - Right;

    private int PlotHeight => height - top - Bottom;

    public static string Draw(ChartModel model, int width)
    {
        var chart = new SvgChart(model, width);
        chart.Axes();
        chart.Values();
        chart.References();
        return chart.svg.Append("</svg>").ToString();
    }

    private AxisScale Scale(bool horizontal)
    {
        var axis = model.AxisOf(horizontal);
        if (horizontal && model.Categories is { } categories)
        {
            return new AxisScale(-0.5, categories.Length - 0.5, Log: false);
        }
        var reach = model.Reach(horizontal) ?? (axis.Log ? (1, 10) : (0, 1));
        return AxisScale.Of(axis.Range ?? (model.Heat is null ? model.Padded(reach, horizontal) : reach), axis.Log);
    }

    private double X(double value) => Left + xScale.Place(value) * PlotWidth;

    private double Y(double value) => top + (1 - yScale.Place(value)) * PlotHeight;

    /// <summary>Rows of names above the chart.</summary>
    /// <returns>Where the plot begins below them.</returns>
    private int Legend()
    {
        var (x, y) = (Left, 16);
        foreach (var series in model.Series)
        {
            // About what the name takes; fonts differ, so room is left.
            var length = 34 + (int)(series.Name.Length * 12 * 0.56);
            if (x + length > width - Right && x > Left)
            {
                (x, y) = (Left, y + 18);
            }
            Add(series.Kind == SeriesKind.Line
                ? (FormattableString)$"<path d=\"M{x - 6} {y - 4.5}h20\"{Stroke(series)}/>"
                : $"<rect x=\"{x}\" y=\"{y - 9}\" width=\"14\" height=\"9\" fill=\"{Palette.StaticColour(series.Colour)}\"/>");
            Text(x + 19, y, series.Name, "start");
            x += length;
        }
        return y + 14;
    }

    private void Axes()
    {
        foreach (var tick in model.Y.IsBare ? [] : yScale.Ticks())
        {
            Line(Left, Y(tick), width - Right, Y(tick), GridStyle);
            Text(Left - 6, Y(tick) + 4, Label(tick), "end");
        }
        var marks = model.Categories?.Select((name, i) => ((double)i, name)) ?? xScale.Ticks().Select(tick => (tick, Label(tick)));
        foreach (var (at, label) in marks)
        {
            if (model.Categories is null)
            {
                Line(X(at), top, X(at), height - Bottom, GridStyle);
            }
            Text(X(at), height - Bottom + 18, label);
        }
        Text(Left + PlotWidth / 2.0, height - 10, model.X.Label, size: 13);
        Add($"<g transform=\"translate(14 {top + PlotHeight / 2.0}) rotate(-90)\">");
        Text(0, 0, model.Y.Label, size: 13);
        svg.Append("</g>");

        static string Label(double tick) => NumberFormat.Short(tick).Replace('-', '−');
    }

    private void Values()
    {
        // An image within the image clips what lies beyond the axes.
        var box = $"{Left} {top} {PlotWidth} {PlotHeight}";
        Add($"<svg x=\"{Left}\" y=\"{top}\" width=\"{PlotWidth}\" height=\"{PlotHeight}\" viewBox=\"{box}\">");
        if (model.Heat is { } heat)
        {
            HeatMap(heat);
        }
        for (var i = 0; i < model.Series.Count; i++)
        {
            var series = model.Series[i];
            var colour = Palette.StaticColour(series.Colour);
            if (series.Kind == SeriesKind.Bars)
            {
                Bars(series, i, colour);
            }
            if (series.Kind is SeriesKind.Line or SeriesKind.Area)
            {
                var fill = series.Kind == SeriesKind.Area ? $"{colour}\" fill-opacity=\"0.25" : "none";
                Add($"<path d=\"{Path(series, "L", "")}\" fill=\"{fill}\"{Stroke(series)}/>");
            }
            if (series.HasMarkers)
            {
                // A line of no length with round ends is a dot.
                Add($"<path d=\"{Path(series, "M", "h0")}\" stroke=\"{colour}\" stroke-width=\"{series.PointSize}\"");
                Add($" stroke-opacity=\"{series.PointOpacity}\" stroke-linecap=\"round\"/>");
            }
        }
        svg.Append("</svg>");
    }

    private void Bars(Series series, int index, string colour)
    {
        var slot = PlotWidth / (double)model.Categories!.Length;
        var bar = slot * 0.8 / model.Series.Count;
        for (var i = 0; i < series.Y.Length; i++)
        {
            if (double.IsFinite(series.Y[i]))
            {
                var (zero, end) = (Y(0), Y(series.Y[i]));
                Add($"<rect x=\"{X(i) - slot * 0.4 + index * bar:0.#}\" y=\"{Math.Min(zero, end):0.#}\" width=\"{bar:0.#}\"");
                Add($" height=\"{Math.Abs(zero - end):0.#}\" fill=\"{colour}\"/>");
            }
        }
    }

    private string Path(Series series, string pen, string dot)
    {
        var path = new StringBuilder();
        var step = Math.Max(1, series.X.Length / MaxPoints);
        var next = "M";
        for (var i = 0; i < series.X.Length; i += step)
        {
            var (x, y) = (X(series.X[i]), Y(series.Y[i]));
            var isDrawn = double.IsFinite(x) && double.IsFinite(y);
            path.Append(isDrawn ? FormattableString.Invariant($"{next}{x:0.#} {y:0.#}{dot}") : "");
            next = isDrawn ? pen : "M";
        }
        return path.ToString();
    }

    private static string Stroke(Series series)
    {
        var dash = series.Dash is null ? "" : $" stroke-dasharray=\"{series.Dash}\"";
        return FormattableString.Invariant($" stroke=\"{Palette.StaticColour(series.Colour)}\" stroke-width=\"{series.LineWidth}\"{dash}");
    }

    private void HeatMap(Heat heat)
    {
        var (rows, columns) = (heat.Values.GetLength(0), heat.Values.GetLength(1));
        var finite = heat.Values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty().ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        // Grey from the lowest value, black, to the highest, white.
        var pixels = new float[rows * columns];
        for (var i = 0; i < pixels.Length; i++)
        {
            pixels[i] = (float)((heat.Values[rows - 1 - i / columns, i % columns] - low) / (high - low) * 2 - 1);
        }
        using var image = tensor(pixels, [1, 1, rows, columns]);
        var png = Convert.ToBase64String(new RgbaPictures(image).Single(0, scale: 1));
        var ((left, right), (lower, upper)) = (heat.Edges(horizontal: true), heat.Edges(horizontal: false));
        Add($"<image x=\"{X(left):0.#}\" y=\"{Y(upper):0.#}\" width=\"{X(right) - X(left):0.#}\" height=\"{Y(lower) - Y(upper):0.#}\"");
        Add($" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"data:image/png;base64,{png}\"/>");
    }

    private void References()
    {
        foreach (var reference in model.References)
        {
            var isLate = model.IsLate(reference);
            if (reference.Vertical)
            {
                Line(X(reference.At), top, X(reference.At), height - Bottom, GuideStyle);
                Text(X(reference.At) + (isLate ? -5 : 5), top + 12, reference.Label, isLate ? "end" : "start");
            }
            else
            {
                Line(Left, Y(reference.At), width - Right, Y(reference.At), GuideStyle);
                Text(width - Right - 2, Y(reference.At) + (isLate ? 14 : -5), reference.Label, "end");
            }
        }
    }

    private void Line(double x1, double y1, double x2, double y2, string style) =>
        Add($"<path d=\"M{x1:0.#} {y1:0.#}L{x2:0.#} {y2:0.#}\" stroke=\"{Palette.StaticInk}\" stroke-width=\"1\" {style}/>");

    private void Text(double x, double y, string text, string anchor = "middle", int size = 12) => Add(
        $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" font-size=\"{size}\" text-anchor=\"{anchor}\">{WebUtility.HtmlEncode(text)}</text>");

    private void Add(FormattableString element) => svg.Append(FormattableString.Invariant(element));
}
