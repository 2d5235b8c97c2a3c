using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Plots.Drawing;

/// <summary>Frames behind a slider that needs no kernel. Without scripts the last frame shows, and no slider.</summary>
internal sealed class FramesBody(string sliderLabel, (string Label, Figure Figure)[] frames) : FigureBody
{
    public override void Write(FigureHtml html)
    {
        var part = html.NewPart();
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div data-part=\"{part}\">"));
        var labels = JsonSerializer.Serialize(frames.Select(frame => frame.Label));
        if (Charts() is { } charts)
        {
            html.NeedsPlotly = true;
            charts[^1].WritePlot(html, "data-plot");
            html.Call(part, "chartFrames", $"{{\"labels\":{labels},{Json(charts)}}}");
        }
        else
        {
            for (var i = 0; i < frames.Length; i++)
            {
                html.Raw($"<div data-frame{(i < frames.Length - 1 ? " style=\"display:none\"" : "")}>");
                var alt = html.Alt;
                html.Alt = $"{alt}: {sliderLabel} {frames[i].Label}";
                frames[i].Figure.Body.Write(html);
                html.Alt = alt;
                html.Raw("</div>");
            }
            html.Call(part, "frames", $"{{\"labels\":{labels}}}");
        }
        WriteControls(html);
        html.Raw("</div>");
    }

    public override Still Still(int width = 720)
    {
        var still = frames[^1].Figure.Body.Still(width);
        var svg = new StringBuilder();
        Svg.Text(svg, 8, 14, $"{sliderLabel}: {frames[^1].Label} (the last of {frames.Length} frames)", "start");
        return new Still(still.Width, still.Height + 22, svg.Append(still.At(0, 22)).ToString());
    }

    public override string Describe() => $"{frames.Length} frames by {sliderLabel}, the last: {frames[^1].Figure.Body.Describe()}";

    private void WriteControls(FigureHtml html)
    {
        var last = (frames.Length - 1).ToString(CultureInfo.InvariantCulture);
        html.Raw("<div data-controls style=\"display:none;align-items:center;gap:.6em;max-width:600px;margin:.4em 0;font:13px/1.4 system-ui,sans-serif\">")
            .Raw("<button type=\"button\" title=\"Play\" aria-label=\"Play\" style=\"font:inherit;width:2.4em;height:2em;flex:none\">▶</button>")
            .Raw("<label style=\"display:flex;align-items:center;gap:.6em;flex:1;min-width:0\"><span>").Text(sliderLabel)
            .Raw($"</span><input type=\"range\" min=\"0\" max=\"{last}\" value=\"{last}\" step=\"1\" style=\"flex:1;min-width:60px;accent-color:{Palette.Colour(0)}\"></label>")
            .Raw("<output style=\"min-width:4.5em;font-variant-numeric:tabular-nums\">").Text(frames[^1].Label).Raw("</output></div>");
    }

    // Curves that stay the same from frame to frame stand once, and the frames name them by number.
    private static string Json(ChartBody[] charts)
    {
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        var frames = new JsonArray();
        foreach (var chart in charts)
        {
            var frame = JsonNode.Parse(PlotlyCharts.Json(chart.Model))!.AsObject();
            var traces = frame["data"]!.AsArray().Select(trace => trace!.ToJsonString()).ToArray();
            foreach (var trace in traces)
            {
                numbers.TryAdd(trace, numbers.Count);
            }
            frame["data"] = new JsonArray([.. traces.Select(trace => (JsonNode)numbers[trace])]);
            frames.Add(frame);
        }
        return $"\"traces\":[{string.Join(',', numbers.Keys)}],\"frames\":{frames.ToJsonString()}";
    }

    /// <summary>The frames as charts on common axes, so that nothing jumps; null when one of them is no chart.</summary>
    private ChartBody[]? Charts()
    {
        var models = frames.Select(frame => (frame.Figure.Body as ChartBody)?.Model).OfType<ChartModel>().ToArray();
        if (models.Length < frames.Length)
        {
            return null;
        }
        var (x, y) = (Common(models, horizontal: true), Common(models, horizontal: false));
        return Array.ConvertAll(models, model => new ChartBody(model with
        {
            X = model.X with { Range = model.X.Range ?? (model.Categories is null ? x : null) },
            Y = model.Y with { Range = model.Y.Range ?? y },
        }));
    }

    private static (double From, double To)? Common(ChartModel[] models, bool horizontal)
    {
        var reaches = models.Select(model => model.Reach(horizontal)).OfType<(double From, double To)>().ToArray();
        if (reaches.Length == 0 || models[0].Heat is not null)
        {
            return null;
        }
        var (from, to) = (reaches.Min(reach => reach.From), reaches.Max(reach => reach.To));
        if (horizontal ? models[0].X.Log : models[0].Y.Log)
        {
            var factor = Math.Pow(Math.Max(to / from, 1.1), 0.04);
            return (from / factor, to * factor);
        }
        if (!horizontal && models[0].StartsAtZero)
        {
            (from, to) = (Math.Min(from, 0), Math.Max(to, 0));
            return (from < 0 ? from * 1.05 : 0, to > 0 ? to * 1.05 : 0);
        }
        var margin = Math.Max((to - from) * 0.04, 1e-9);
        return (from - margin, to + margin);
    }
}
