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
        var traces = model.Heat is { } heat ? [HeatTrace(heat)] : model.Series.Select(series => SeriesTrace(series, model)).DefaultIfEmpty(new Trace("scatter")).ToArray();
        // Built from bare traces: Plotly.NET's Chart methods bring a template with colours of its own.
        var chart = Plotly.NET.CSharp.Chart.Combine(traces.Select(trace => GenericChart.ofTraceObject(false, trace)));
        return GenericChart.setLayout(LayoutOf(model), chart);
    }

    private static Trace SeriesTrace(Series series, ChartModel model)
    {
        var trace = new Trace(series.Kind == SeriesKind.Bars ? "bar" : "scatter");
        trace.SetProperty("name", series.Name);
        trace.SetProperty("x", model.Categories is { } categories ? categories : Round(series.X));
        trace.SetProperty("y", Round(series.Y));
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
                trace.SetProperty("marker", new Dictionary<string, object> { ["color"] = series.Colour, ["symbol"] = series.Symbol, ["size"] = PointSize(series.X.Length), ["opacity"] = PointOpacity(series.X.Length) });
                break;
            case SeriesKind.Bars:
                trace.SetProperty("marker", new Dictionary<string, object> { ["color"] = series.Colour });
                break;
        }
        trace.SetProperty("hovertemplate", series.Kind == SeriesKind.Bars ? "%{x}: %{y:.4g}" : "(%{x:.4g}, %{y:.4g})");
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
        layout.SetProperty("showlegend", model.Series.Count > 1 || (model.Series.Count == 1 && model.Series[0].Name.Length > 0 && model.Series[0].Kind != SeriesKind.Bars));
        layout.SetProperty("legend", new Dictionary<string, object> { ["orientation"] = "h", ["x"] = 0, ["y"] = 1.02, ["yanchor"] = "bottom", ["itemsizing"] = model.Series.Any(series => series.Kind == SeriesKind.Points) ? "constant" : "trace", ["bgcolor"] = "rgba(0,0,0,0)" });
        layout.SetProperty("xaxis", AxisOf(model.X, model, horizontal: true));
        layout.SetProperty("yaxis", AxisOf(model.Y, model, horizontal: false));
        return layout;
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
        }
        if (axis.Range is { } range)
        {
            result["range"] = axis.Log ? new[] { Math.Log10(range.From), Math.Log10(range.To) } : new[] { range.From, range.To };
        }
        if (model.EqualAspect)
        {
            result["constrain"] = "domain";
            if (!horizontal)
            {
                result["scaleanchor"] = "x";
            }
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

    private static double PointSize(int count) => count <= 200 ? 7 : count <= 1000 ? 5 : 3.5;

    private static double PointOpacity(int count) => count <= 200 ? 0.95 : count <= 1000 ? 0.8 : 0.65;

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
