using Plotly.NET;

namespace Diffusion.Plots.Drawing;

/// <summary>Makes Plotly's charts. No other file names a type of Plotly.NET, so that a program which draws none never loads it.</summary>
internal static class PlotlyCharts
{
    public static string ScriptResourceName() =>
        typeof(GenericChart).Assembly.GetManifestResourceNames().First(name => name.EndsWith(".min.js", StringComparison.Ordinal));

    public static string ReadScript(string resource)
    {
        using var stream = typeof(GenericChart).Assembly.GetManifestResourceStream(resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>The chart's data and layout as the JSON that the page's script takes.</summary>
    public static string Json(ChartModel model) => Json(Build(model));

    public static string Json(GenericChart chart) => GenericChart.toFigureJson(chart);

    private static GenericChart Build(ChartModel model)
    {
        var traces = model.Heat is { } heat ? [HeatTrace(heat), .. SeriesTraces(model)] : SeriesTraces(model).DefaultIfEmpty(new Trace("scatter")).ToArray();
        // Built from bare traces: Plotly.NET's Chart methods bring a template with colours of its own.
        var chart = Plotly.NET.CSharp.Chart.Combine(traces.Select(trace => GenericChart.ofTraceObject(false, trace)));
        return GenericChart.setLayout(LayoutOf(model), chart);
    }

    // Bands lie under every curve.
    private static IEnumerable<Trace> SeriesTraces(ChartModel model) =>
        [.. model.Series.Where(series => series.HasBand).Select(BandTrace), .. model.Series.Select(series => SeriesTrace(series, model))];

    private static Trace BandTrace(Series series)
    {
        var rows = Enumerable.Range(0, series.X.Length).Where(i => double.IsFinite(series.Low![i]) && double.IsFinite(series.High![i])).ToArray();
        var trace = new Trace("scatter");
        trace.SetProperty("x", Round([.. rows.Select(i => series.X[i]), .. rows.Reverse().Select(i => series.X[i])]));
        trace.SetProperty("y", Round([.. rows.Select(i => series.High![i]), .. rows.Reverse().Select(i => series.Low![i])]));
        trace.SetProperty("mode", "lines");
        trace.SetProperty("line", new Dictionary<string, object> { ["width"] = 0 });
        trace.SetProperty("fill", "toself");
        trace.SetProperty("fillcolor", series.Colour + "33");
        trace.SetProperty("hoverinfo", "skip");
        trace.SetProperty("showlegend", false);
        return trace;
    }

    private static Trace SeriesTrace(Series series, ChartModel model)
    {
        var trace = new Trace(series.Kind == SeriesKind.Bars ? "bar" : "scatter");
        trace.SetProperty("name", series.Name);
        trace.SetProperty("x", model.Categories is { } categories ? categories : Round(series.X));
        trace.SetProperty("y", Round(series.Y));
        if (series.Low is { } low && !series.HasBand)
        {
            trace.SetProperty("error_y", new Dictionary<string, object>
            {
                ["type"] = "data",
                ["symmetric"] = false,
                ["array"] = Round([.. series.High!.Zip(series.Y, (end, y) => end - y)]),
                ["arrayminus"] = Round([.. series.Y.Zip(low, (y, end) => y - end)]),
                ["color"] = series.Kind == SeriesKind.Bars ? Palette.Ink : series.Colour,
                ["thickness"] = 1.5,
                ["width"] = 4,
            });
        }
        switch (series.Kind)
        {
            case SeriesKind.Line:
            case SeriesKind.Area:
                trace.SetProperty("mode", series.HasMarkers ? "lines+markers" : "lines");
                if (series.HasMarkers)
                {
                    trace.SetProperty("marker", new Dictionary<string, object> { ["symbol"] = series.Symbol, ["size"] = 7 });
                }
                trace.SetProperty("line", new Dictionary<string, object> { ["color"] = series.Colour, ["width"] = series.Kind == SeriesKind.Area ? 1.2 : 2.2, ["dash"] = series.Dash });
                if (series.Kind == SeriesKind.Area)
                {
                    trace.SetProperty("fill", "tozeroy");
                    trace.SetProperty("fillcolor", series.Colour + "40");
                }
                break;
            case SeriesKind.Points:
                trace.SetProperty("mode", "markers");
                trace.SetProperty("marker", new Dictionary<string, object> { ["color"] = series.Colour, ["symbol"] = series.Symbol, ["size"] = PointSize(series.X.Length), ["opacity"] = PointOpacity(series.X.Length), ["line"] = new Dictionary<string, object> { ["width"] = model.Heat is null ? 0 : 1, ["color"] = "#FFFFFF" } });
                break;
            case SeriesKind.Ticks:
                // On an axis of their own, which reaches from the chart's bottom to its top.
                trace.SetProperty("yaxis", "y2");
                trace.SetProperty("y", Array.ConvertAll(series.X, _ => 0.025));
                trace.SetProperty("mode", "markers");
                trace.SetProperty("marker", new Dictionary<string, object> { ["symbol"] = "line-ns-open", ["size"] = 14, ["color"] = series.Colour, ["line"] = new Dictionary<string, object> { ["width"] = 1.6, ["color"] = series.Colour } });
                break;
            case SeriesKind.Bars:
                trace.SetProperty("marker", new Dictionary<string, object> { ["color"] = series.Colour });
                break;
        }
        trace.SetProperty("hovertemplate", series.Kind switch
        {
            SeriesKind.Bars => "%{x}: %{y:.4g}",
            SeriesKind.Ticks => "%{x:.4g}",
            _ => "(%{x:.4g}, %{y:.4g})",
        });
        return trace;
    }

    private static Trace HeatTrace(Heat heat)
    {
        var rows = Enumerable.Range(0, heat.Values.GetLength(0))
            .Select(row => Round(Enumerable.Range(0, heat.Values.GetLength(1)).Select(column => heat.Values[row, column]).ToArray()))
            .ToArray();
        var trace = new Trace("heatmap");
        trace.SetProperty("x", Round(heat.X));
        trace.SetProperty("y", Round(heat.Y));
        trace.SetProperty("z", rows);
        trace.SetProperty("colorscale", "Cividis");
        trace.SetProperty("colorbar", new Dictionary<string, object> { ["title"] = new Dictionary<string, object> { ["text"] = heat.Label, ["side"] = "right" }, ["thickness"] = 14, ["outlinewidth"] = 0 });
        trace.SetProperty("hovertemplate", "(%{x:.4g}, %{y:.4g}): %{z:.4g}<extra></extra>");
        return trace;
    }

    private static Layout LayoutOf(ChartModel model)
    {
        var layout = new Layout();
        layout.SetProperty("height", model.Height);
        layout.SetProperty("showlegend", model.HasLegend);
        layout.SetProperty("legend", new Dictionary<string, object> { ["orientation"] = "h", ["x"] = 0, ["y"] = 1.02, ["yanchor"] = "bottom", ["itemsizing"] = model.Series.Any(series => series.Kind == SeriesKind.Points) ? "constant" : "trace", ["bgcolor"] = "rgba(0,0,0,0)" });
        layout.SetProperty("xaxis", AxisOf(model.X, model, horizontal: true));
        layout.SetProperty("yaxis", AxisOf(model.Y, model, horizontal: false));
        if (model.Series.Any(series => series.Kind == SeriesKind.Ticks))
        {
            layout.SetProperty("yaxis2", new Dictionary<string, object> { ["overlaying"] = "y", ["range"] = new[] { 0, 1 }, ["visible"] = false, ["fixedrange"] = true });
        }
        if (model.References.Count > 0)
        {
            layout.SetProperty("shapes", model.References.Select(Line).ToArray());
            layout.SetProperty("annotations", model.References.Select(reference => Label(reference, model)).ToArray());
        }
        return layout;
    }

    private static Dictionary<string, object> Line(Reference reference)
    {
        var (along, across) = reference.Vertical ? ("x", "y") : ("y", "x");
        return new Dictionary<string, object>
        {
            ["type"] = "line",
            [along + "ref"] = along,
            [along + "0"] = reference.At,
            [along + "1"] = reference.At,
            [across + "ref"] = across + " domain",
            [across + "0"] = 0,
            [across + "1"] = 1,
            ["line"] = new Dictionary<string, object> { ["color"] = Palette.Ink, ["width"] = 1.3, ["dash"] = "dot" },
        };
    }

    // On the side of the line where the chart has more room; an annotation, unlike a shape, counts in decades.
    private static Dictionary<string, object> Label(Reference reference, ChartModel model)
    {
        var (axis, place) = reference.Vertical ? (model.X, "x") : (model.Y, "y");
        var result = new Dictionary<string, object>
        {
            ["text"] = reference.Label,
            ["showarrow"] = false,
            [place] = axis.Log ? Math.Log10(reference.At) : reference.At,
            [place + "ref"] = place,
        };
        if (reference.Vertical)
        {
            (result["y"], result["yref"], result["yanchor"]) = (1, "y domain", "top");
            (result["xanchor"], result["xshift"]) = IsLate(reference, model) ? ("right", -4) : ("left", 4);
        }
        else
        {
            (result["x"], result["xref"], result["xanchor"]) = (1, "x domain", "right");
            result["yanchor"] = IsLate(reference, model) ? "top" : "bottom";
        }
        return result;
    }

    /// <summary>Whether a line stands in the last half of its axis.</summary>
    public static bool IsLate(Reference reference, ChartModel model)
    {
        var axis = reference.Vertical ? model.X : model.Y;
        var (from, to) = axis.Range ?? model.Reach(reference.Vertical)!.Value;
        return axis.Log ? reference.At * reference.At > from * to : reference.At > (from + to) / 2;
    }

    private static Dictionary<string, object> AxisOf(Axis axis, ChartModel model, bool horizontal)
    {
        var result = new Dictionary<string, object>
        {
            ["title"] = new Dictionary<string, object> { ["text"] = axis.Label, ["standoff"] = 8 },
        };
        if (axis.Log)
        {
            result["type"] = "log";
            result["exponentformat"] = "power";
            result["dtick"] = DecadeStep(model.Reach(horizontal));
            // Plotly writes powers larger by a quarter, to make up for their exponents.
            result["tickfont"] = new Dictionary<string, object> { ["size"] = 10.4 };
        }
        if (axis.Range is { } range)
        {
            result["range"] = axis.Log ? new[] { Math.Log10(range.From), Math.Log10(range.To) } : new[] { range.From, range.To };
        }
        if (model.EqualAspect && !horizontal)
        {
            result["scaleanchor"] = "x";
        }
        if (model.Categories is not null && horizontal)
        {
            result["type"] = "category";
            result["showgrid"] = false;
        }
        return result;
    }

    // Whole decades: Plotly otherwise writes a bare 2 and 5 between the powers of ten.
    private static object DecadeStep((double From, double To)? reach)
    {
        var decades = reach is { } r ? Math.Log10(r.To / r.From) : 1;
        return decades < 1.5 ? "D1" : Math.Max(1, Math.Ceiling(decades / 8));
    }

    public static double PointSize(int count) => count <= 200 ? 7 : count <= 1000 ? 5 : 3.5;

    public static double PointOpacity(int count) => count <= 200 ? 0.95 : count <= 1000 ? 0.8 : 0.65;

    // Six digits are more than a screen shows and half of the bytes that a double prints.
    private static double[] Round(double[] values) => Array.ConvertAll(values, SixDigits);

    private static double SixDigits(double value)
    {
        if (value == 0 || !double.IsFinite(value))
        {
            return value;
        }
        var digits = 5 - (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return digits is >= 0 and <= 15 ? Math.Round(value, digits) : (float)value;
    }
}
