using System.Globalization;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>Draws a chart without Plotly: axes, ticks, series, legend.</summary>
internal static class ChartStill
{
    private const int Left = 64;
    private const int Right = 16;
    private const int Bottom = 50;
    private const int MostPoints = 600;

    public static Still Draw(ChartModel model, int width)
    {
        width = model.EqualAspect ? Math.Min(480, width) : width;
        var height = model.Height;
        var svg = new StringBuilder();
        var top = Legend(svg, model, width);

        var plotWidth = width - Left - Right;
        var plotHeight = height - top - Bottom;
        var x = Scale(model, horizontal: true);
        var y = Scale(model, horizontal: false);
        if (model.EqualAspect)
        {
            (x, y) = Equalise(x, y, plotWidth, plotHeight);
        }
        double X(double value) => Left + x.Place(value) * plotWidth;
        double Y(double value) => top + (1 - y.Place(value)) * plotHeight;

        foreach (var tick in y.Ticks())
        {
            Svg.Line(svg, Left, Y(tick), width - Right, Y(tick), 0.25);
            Svg.Text(svg, Left - 6, Y(tick) + 4, Label(tick, y.Log), "end");
        }
        if (model.Categories is { } categories)
        {
            for (var i = 0; i < categories.Length; i++)
            {
                Svg.Text(svg, X(i), height - Bottom + 18, categories[i], "middle");
            }
        }
        else
        {
            foreach (var tick in x.Ticks())
            {
                Svg.Line(svg, X(tick), top, X(tick), height - Bottom, 0.25);
                Svg.Text(svg, X(tick), height - Bottom + 18, Label(tick, x.Log), "middle");
            }
        }
        Svg.Text(svg, Left + plotWidth / 2.0, height - 10, model.X.Label, "middle", 13);
        Svg.Text(svg, 14, top + plotHeight / 2.0, model.Y.Label, "middle", 13, turn: -90);

        if (model.Heat is { } heat)
        {
            HeatCells(svg, heat, X, Y);
        }
        var clipped = model.X.Range is not null || model.Y.Range is not null;
        if (clipped)
        {
            svg.Append(CultureInfo.InvariantCulture, $"<svg x=\"{Left}\" y=\"{top}\" width=\"{plotWidth}\" height=\"{plotHeight}\" viewBox=\"{Left} {top} {plotWidth} {plotHeight}\">");
        }
        foreach (var series in model.Series.Where(series => series.HasBand))
        {
            Band(svg, series, X, Y);
        }
        for (var i = 0; i < model.Series.Count; i++)
        {
            DrawSeries(svg, model.Series[i], i, model, X, Y, plotWidth, height - Bottom);
        }
        if (clipped)
        {
            svg.Append("</svg>");
        }
        foreach (var reference in model.References)
        {
            var late = PlotlyCharts.IsLate(reference, model);
            if (reference.Vertical)
            {
                Svg.Line(svg, X(reference.At), top, X(reference.At), height - Bottom, dash: "2 3");
                Svg.Text(svg, X(reference.At) + (late ? -5 : 5), top + 12, reference.Label, late ? "end" : "start");
            }
            else
            {
                Svg.Line(svg, Left, Y(reference.At), width - Right, Y(reference.At), dash: "2 3");
                Svg.Text(svg, width - Right - 2, Y(reference.At) + (late ? 14 : -5), reference.Label, "end");
            }
        }
        return new Still(width, height, svg.ToString());
    }

    private static int Legend(StringBuilder svg, ChartModel model, int width)
    {
        if (!model.HasLegend)
        {
            return 14;
        }
        double x = Left;
        double y = 16;
        foreach (var series in model.Series)
        {
            var length = 34 + Svg.TextWidth(series.Name, 12);
            if (x + length > width - Right && x > Left)
            {
                (x, y) = (Left, y + 18);
            }
            var colour = Palette.StillColour(series.Colour);
            svg.Append(series.Kind == SeriesKind.Line
                ? string.Create(CultureInfo.InvariantCulture, $"<path d=\"M{x - 6:0.#} {y - 4.5:0.#}h20\" stroke=\"{colour}\" stroke-width=\"2.4\"{DashOf(series)}/>")
                : string.Create(CultureInfo.InvariantCulture, $"<rect x=\"{x:0.#}\" y=\"{y - 9:0.#}\" width=\"14\" height=\"9\" fill=\"{colour}\"/>"));
            Svg.Text(svg, x + 19, y, series.Name, "start");
            x += length;
        }
        return (int)y + 14;
    }

    private static void DrawSeries(StringBuilder svg, Series series, int index, ChartModel model, Func<double, double> x, Func<double, double> y, int plotWidth, double bottom)
    {
        var colour = Palette.StillColour(series.Colour);
        switch (series.Kind)
        {
            case SeriesKind.Line:
            case SeriesKind.Area:
                Curve(svg, series, colour, x, y);
                if (series.HasMarkers)
                {
                    Dots(svg, series, colour, radius: 3, outline: false, x, y);
                }
                break;
            case SeriesKind.Points:
                Dots(svg, series, colour, radius: PlotlyCharts.PointSize(series.X.Length) / 2, outline: model.Heat is not null, x, y);
                break;
            case SeriesKind.Bars:
                var slot = plotWidth / (double)model.Categories!.Length;
                var bar = slot * 0.8 / model.Series.Count;
                for (var i = 0; i < series.Y.Length; i++)
                {
                    var zero = y(model.Y.Log ? double.Epsilon : 0);
                    var end = y(series.Y[i]);
                    var left = x(i) - slot * 0.4 + index * bar;
                    svg.Append(CultureInfo.InvariantCulture, $"<rect x=\"{left:0.#}\" y=\"{Math.Min(zero, end):0.#}\" width=\"{bar:0.#}\" height=\"{Math.Abs(zero - end):0.#}\" fill=\"{colour}\"/>");
                }
                break;
            case SeriesKind.Ticks:
                foreach (var tick in series.X.Where(tick => double.IsFinite(x(tick))))
                {
                    svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x(tick):0.#}\" y1=\"{bottom:0.#}\" x2=\"{x(tick):0.#}\" y2=\"{bottom - 14:0.#}\" stroke=\"{colour}\" stroke-width=\"1.6\"/>");
                }
                break;
        }
        if (series.Low is not null && !series.HasBand)
        {
            var shift = series.Kind == SeriesKind.Bars ? (index - (model.Series.Count - 1) / 2.0) * plotWidth / model.Categories!.Length * 0.8 / model.Series.Count : 0;
            ErrorBars(svg, series, series.Kind == SeriesKind.Bars ? Palette.StillInk : colour, value => x(value) + shift, y);
        }
    }

    private static void Band(StringBuilder svg, Series series, Func<double, double> x, Func<double, double> y)
    {
        var rows = Enumerable.Range(0, series.X.Length).Where(i => double.IsFinite(series.Low![i]) && double.IsFinite(series.High![i])).ToArray();
        var step = Math.Max(1, rows.Length / MostPoints);
        rows = [.. rows.Where((_, i) => i % step == 0 || i == rows.Length - 1)];
        var corners = rows.Select(i => (X: x(series.X[i]), Y: y(series.High![i]))).Concat(rows.Reverse().Select(i => (X: x(series.X[i]), Y: y(series.Low![i]))))
            .Where(corner => double.IsFinite(corner.X) && double.IsFinite(corner.Y));
        svg.Append(CultureInfo.InvariantCulture, $"<polygon points=\"{string.Join(' ', corners.Select(corner => string.Create(CultureInfo.InvariantCulture, $"{corner.X:0.#},{corner.Y:0.#}")))}\" fill=\"{Palette.StillColour(series.Colour)}\" fill-opacity=\"0.2\"/>");
    }

    private static void ErrorBars(StringBuilder svg, Series series, string colour, Func<double, double> x, Func<double, double> y)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<g stroke=\"{colour}\" stroke-width=\"1.5\">");
        for (var i = 0; i < series.X.Length; i++)
        {
            var (at, low, high) = (x(series.X[i]), y(series.Low![i]), y(series.High![i]));
            if (double.IsFinite(at) && double.IsFinite(low) && double.IsFinite(high))
            {
                svg.Append(CultureInfo.InvariantCulture, $"<path d=\"M{at:0.#} {low:0.#}V{high:0.#}M{at - 4:0.#} {low:0.#}h8M{at - 4:0.#} {high:0.#}h8\"/>");
            }
        }
        svg.Append("</g>");
    }

    private static void Dots(StringBuilder svg, Series series, string colour, double radius, bool outline, Func<double, double> x, Func<double, double> y)
    {
        var step = Math.Max(1, series.X.Length / MostPoints);
        svg.Append(CultureInfo.InvariantCulture, $"<g fill=\"{colour}\" fill-opacity=\"{PlotlyCharts.PointOpacity(series.X.Length)}\"{(outline ? " stroke=\"#FFFFFF\"" : "")}>");
        for (var i = 0; i < series.X.Length; i += step)
        {
            var (left, top) = (x(series.X[i]), y(series.Y[i]));
            if (double.IsFinite(left) && double.IsFinite(top))
            {
                svg.Append(CultureInfo.InvariantCulture, $"<circle cx=\"{left:0.#}\" cy=\"{top:0.#}\" r=\"{radius:0.#}\"/>");
            }
        }
        svg.Append("</g>");
    }

    private static void Curve(StringBuilder svg, Series series, string colour, Func<double, double> x, Func<double, double> y)
    {
        var path = new StringBuilder();
        var pen = 'M';
        // Steps of a histogram must stay whole; a curve loses nothing visible at this many points.
        var step = series.Kind == SeriesKind.Area ? 1 : Math.Max(1, series.X.Length / MostPoints);
        for (var i = 0; i < series.X.Length; i = i < series.X.Length - 1 ? Math.Min(i + step, series.X.Length - 1) : i + 1)
        {
            var (left, top) = (x(series.X[i]), y(series.Y[i]));
            if (!double.IsFinite(left) || !double.IsFinite(top))
            {
                pen = 'M';
                continue;
            }
            path.Append(CultureInfo.InvariantCulture, $"{pen}{left:0.#} {top:0.#}");
            pen = 'L';
        }
        var fill = series.Kind == SeriesKind.Area ? $"fill=\"{colour}\" fill-opacity=\"0.25\"" : "fill=\"none\"";
        svg.Append(CultureInfo.InvariantCulture, $"<path d=\"{path}\" {fill} stroke=\"{colour}\" stroke-width=\"{(series.Kind == SeriesKind.Area ? 1.2 : 2)}\"{DashOf(series)}/>");
    }

    private static string DashOf(Series series) => series.Dash switch
    {
        "dash" => " stroke-dasharray=\"7 4\"",
        "dot" => " stroke-dasharray=\"2 3\"",
        "dashdot" => " stroke-dasharray=\"7 3 2 3\"",
        _ => "",
    };

    private static void HeatCells(StringBuilder svg, Heat heat, Func<double, double> x, Func<double, double> y)
    {
        var (rows, columns) = (heat.Values.GetLength(0), heat.Values.GetLength(1));
        var finite = heat.Values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty().ToArray();
        var (low, high) = (finite.Min(), finite.Max());
        var pixels = new byte[rows * columns * 3];
        for (var row = 0; row < rows; row++)
        {
            for (var column = 0; column < columns; column++)
            {
                var share = high > low ? (heat.Values[rows - 1 - row, column] - low) / (high - low) : 0.5;
                Cividis(double.IsFinite(share) ? share : 0, pixels.AsSpan((row * columns + column) * 3, 3));
            }
        }
        var png = Png.Encode(pixels, columns, rows, 3, 1);
        var (left, right, lower, upper) = (x(heat.X[0]), x(heat.X[^1]), y(heat.Y[0]), y(heat.Y[^1]));
        svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{left:0.#}\" y=\"{Math.Min(lower, upper):0.#}\" width=\"{right - left:0.#}\" height=\"{Math.Abs(lower - upper):0.#}\" preserveAspectRatio=\"none\" style=\"image-rendering:pixelated\" href=\"{Png.DataUri(png)}\"/>");
    }

    // From dark blue over grey to yellow, the ends and middle of the Cividis scale (Nuñez et al. 2018).
    private static void Cividis(double share, Span<byte> rgb)
    {
        ReadOnlySpan<double> stops = [0, 34, 78, 124, 123, 120, 254, 232, 56];
        var at = Math.Clamp(share, 0, 1) * 2;
        var stop = at < 1 ? 0 : 1;
        for (var channel = 0; channel < 3; channel++)
        {
            var (a, b) = (stops[stop * 3 + channel], stops[stop * 3 + 3 + channel]);
            rgb[channel] = (byte)Math.Round(a + (at - stop) * (b - a));
        }
    }

    private static string Label(double value, bool log)
    {
        var text = value.ToString(Math.Abs(value) is >= 1e5 or (< 1e-4 and > 0) ? "0.##e0" : "0.######", CultureInfo.InvariantCulture);
        if (log && Math.Round(Math.Log10(value), 9) is var power && power == Math.Round(power) && power is > 3 or < -2)
        {
            text = "10" + string.Concat(power.ToString("0", CultureInfo.InvariantCulture).Select(digit => digit == '-' ? '⁻' : "⁰¹²³⁴⁵⁶⁷⁸⁹"[digit - '0']));
        }
        return text.Replace('-', '−');
    }

    private static StillScale Scale(ChartModel model, bool horizontal)
    {
        var axis = horizontal ? model.X : model.Y;
        if (horizontal && model.Categories is { } categories)
        {
            return new StillScale(-0.5, categories.Length - 0.5, false);
        }
        var (from, to) = axis.Range ?? model.Reach(horizontal) ?? (0, 1);
        if (!horizontal && model.StartsAtZero && axis.Range is null)
        {
            (from, to) = (Math.Min(from, 0), Math.Max(to, 0));
        }
        return StillScale.Around(from, to, axis.Log, pad: axis.Range is null && model.Heat is null);
    }

    private static (StillScale X, StillScale Y) Equalise(StillScale x, StillScale y, double width, double height)
    {
        var unit = Math.Max((x.To - x.From) / width, (y.To - y.From) / height);
        return (x.Widen(unit * width), y.Widen(unit * height));
    }
}
