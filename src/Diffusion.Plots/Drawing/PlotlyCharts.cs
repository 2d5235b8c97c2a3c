using Properties = System.Collections.Generic.Dictionary<string, object>;

namespace Diffusion.Plots.Drawing;

/// <summary>Says what Plotly's charts hold: traces and a layout, in Plotly's own names.</summary>
internal static class PlotlyCharts
{
    /// <summary>The chart's data and layout as the JSON that the page's script takes.</summary>
    public static string Json(ChartModel model)
    {
        Properties[] traces = [.. model.Series.Select(series => SeriesTrace(series, model))];
        traces = model.Heat is { } heat ? [HeatTrace(heat), .. traces] : traces is [] ? [new() { ["type"] = "scatter" }] : traces;
        return PlotlyNet.Json(traces, LayoutOf(model));
    }

    private static Properties SeriesTrace(Series series, ChartModel model)
    {
        var trace = new Properties
        {
            ["type"] = series.Kind == SeriesKind.Bars ? "bar" : "scatter",
            ["name"] = series.Name,
            ["x"] = model.Categories is { } categories ? categories : Round(series.X),
            ["y"] = Round(series.Y),
        };
        switch (series.Kind)
        {
            case SeriesKind.Line:
            case SeriesKind.Area:
                trace["mode"] = series.HasMarkers ? "lines+markers" : "lines";
                if (series.HasMarkers)
                {
                    trace["marker"] = new Properties { ["symbol"] = series.Symbol, ["size"] = series.PointSize };
                }
                trace["line"] = new Properties
                {
                    ["color"] = series.Colour,
                    ["width"] = series.LineWidth,
                    ["dash"] = series.Dash ?? "solid",
                };
                if (series.Kind == SeriesKind.Area)
                {
                    trace["fill"] = "tozeroy";
                    trace["fillcolor"] = series.Colour + "40";
                }
                break;
            case SeriesKind.Points:
                trace["mode"] = "markers";
                trace["marker"] = new Properties
                {
                    ["color"] = series.Colour,
                    ["symbol"] = series.Symbol,
                    ["size"] = series.PointSize,
                    ["opacity"] = series.PointOpacity,
                    ["line"] = new Properties { ["width"] = 0 },
                };
                break;
            case SeriesKind.Bars:
                trace["marker"] = new Properties { ["color"] = series.Colour };
                break;
        }
        trace["hovertemplate"] = series.Kind == SeriesKind.Bars ? "%{x}: %{y:.4g}" : "(%{x:.4g}, %{y:.4g})";
        return trace;
    }

    private static Properties HeatTrace(Heat heat) => new()
    {
        ["type"] = "heatmap",
        ["x"] = Round(heat.X),
        ["y"] = Round(heat.Y),
        ["z"] = heat.Values.Cast<double>().Chunk(heat.X.Length).Select(Round).ToArray(),
        ["colorscale"] = "Cividis",
        ["colorbar"] = new Properties
        {
            ["title"] = new Properties { ["text"] = heat.Label, ["side"] = "right" },
            ["thickness"] = 14,
            ["outlinewidth"] = 0,
        },
        ["hovertemplate"] = "(%{x:.4g}, %{y:.4g}): %{z:.4g}<extra></extra>",
    };

    private static Properties LayoutOf(ChartModel model)
    {
        var layout = new Properties
        {
            ["height"] = model.Height,
            ["showlegend"] = model.HasLegend,
            ["legend"] = new Properties
            {
                ["orientation"] = "h",
                ["x"] = 0,
                ["y"] = 1.02,
                ["yanchor"] = "bottom",
                ["itemsizing"] = model.Series.Any(series => series.Kind == SeriesKind.Points) ? "constant" : "trace",
                ["bgcolor"] = "rgba(0,0,0,0)",
            },
            ["xaxis"] = AxisOf(model, horizontal: true),
            ["yaxis"] = AxisOf(model, horizontal: false),
        };
        if (model.References.Count > 0)
        {
            layout["shapes"] = model.References.Select(Line).ToArray();
            layout["annotations"] = model.References.Select(reference => Label(reference, model)).ToArray();
        }
        return layout;
    }

    private static Properties Line(Reference reference)
    {
        var (along, across) = reference.Vertical ? ("x", "y") : ("y", "x");
        return new Properties
        {
            ["type"] = "line",
            [along + "ref"] = along,
            [along + "0"] = reference.At,
            [along + "1"] = reference.At,
            [across + "ref"] = across + " domain",
            [across + "0"] = 0,
            [across + "1"] = 1,
            ["line"] = new Properties { ["color"] = Palette.Ink, ["width"] = 1.3, ["dash"] = Palette.ShortDash },
        };
    }

    // On the side of the line where the chart has more room; an annotation, unlike a shape, counts in decades.
    private static Properties Label(Reference reference, ChartModel model)
    {
        var place = reference.Vertical ? "x" : "y";
        var result = new Properties
        {
            ["text"] = reference.Label,
            ["showarrow"] = false,
            [place] = model.AxisOf(reference.Vertical).Log ? Math.Log10(reference.At) : reference.At,
            [place + "ref"] = place,
        };
        var isLate = model.IsLate(reference);
        if (reference.Vertical)
        {
            (result["y"], result["yref"], result["yanchor"]) = (1, "y domain", "top");
            (result["xanchor"], result["xshift"]) = isLate ? ("right", -4) : ("left", 4);
        }
        else
        {
            (result["x"], result["xref"], result["xanchor"]) = (1, "x domain", "right");
            result["yanchor"] = isLate ? "top" : "bottom";
        }
        return result;
    }

    private static Properties AxisOf(ChartModel model, bool horizontal)
    {
        var axis = model.AxisOf(horizontal);
        var result = new Properties { ["title"] = new Properties { ["text"] = axis.Label, ["standoff"] = 8 } };
        if (axis.Log)
        {
            result["type"] = "log";
            var decades = (axis.Range ?? model.Reach(horizontal)) is var (low, high) ? Math.Log10(high / low) : 1;
            if (decades < 1.5)
            {
                // A format makes Plotly write whole numbers; without one it writes a bare 2 and 5 between the powers of ten.
                (result["dtick"], result["tickformat"]) = (decades < 0.7 ? "D1" : "D2", "~g");
            }
            else
            {
                (result["dtick"], result["exponentformat"]) = (Math.Max(1, Math.Ceiling(decades / 8)), "power");
                // Plotly writes powers larger by a quarter, to make up for their exponents.
                result["tickfont"] = new Properties { ["size"] = 10.4 };
            }
        }
        if (axis.IsBare)
        {
            (result["showticklabels"], result["showgrid"]) = (false, false);
        }
        if (axis.Range is var (from, to))
        {
            result["range"] = axis.Log ? new[] { Math.Log10(from), Math.Log10(to) } : [from, to];
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
