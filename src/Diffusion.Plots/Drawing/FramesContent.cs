using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Plots.Drawing;

/// <summary>One slider: its name, its stops' labels and the stop at which it opens.</summary>
internal sealed record Stops(string Label, string[] Labels, int Start);

/// <summary>
/// Frames behind sliders that need no kernel, in row-major order: the last slider's stops lie side by side. Without scripts no slider
/// shows, and of the frames a strip: five along the first slider, the others where they open.
/// </summary>
internal sealed class FramesContent(Stops[] sliders, Figure[] frames) : FigureContent
{
    private const int StripLength = 5;

    private int Start => Number(sliders.Select(slider => slider.Start));

    public override void Write(FigureHtml html)
    {
        var part = html.NewPart();
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div data-part=\"{part}\">"));
        var stops = JsonSerializer.Serialize(sliders.Select(slider => slider.Labels), JsonReading.Options);
        var alt = html.Alt;
        if (Charts() is { } charts)
        {
            html.NeedsPlotly = true;
            html.Raw("<div data-strip style=\"display:flex;flex-wrap:wrap;gap:8px\">");
            foreach (var i in Strip().Where(i => i != Start))
            {
                html.Raw("<div style=\"flex:0 1 240px\">");
                Caption(html, i, alt);
                charts[i].WriteStill(html);
                html.Raw("</div>");
            }
            html.Raw("</div>");
            Caption(html, Start, alt);
            charts[Start].WritePlot(html, "data-plot");
            html.Call(part, "chartFrames", $"{{\"stops\":{stops},{Json(charts)}}}");
        }
        else
        {
            var strip = Strip().ToHashSet();
            for (var i = 0; i < frames.Length; i++)
            {
                html.Raw($"<div data-frame{(strip.Contains(i) ? "" : " style=\"display:none\"")}>");
                Caption(html, i, alt);
                frames[i].Content.Write(html);
                html.Raw("</div>");
            }
            html.Call(part, "frames", $"{{\"stops\":{stops}}}");
        }
        html.Alt = alt;
        for (var i = 0; i < sliders.Length; i++)
        {
            WriteControls(html, sliders[i]);
        }
        html.Raw("</div>");
    }

    public override string Describe() =>
        $"{frames.Length} frames by {string.Join(" and ", sliders.Select(slider => slider.Label))}, at {Place(Start)}: {frames[Start].Content.Describe()}";

    private IEnumerable<int> Strip()
    {
        var last = sliders[0].Labels.Length - 1;
        return Enumerable.Range(0, StripLength)
            .Select(i => (int)Math.Round(i * last / (StripLength - 1.0)))
            .Append(sliders[0].Start).Distinct().Order()
            .Select(first => Number(sliders.Skip(1).Select(slider => slider.Start).Prepend(first)));
    }

    private int Number(IEnumerable<int> stops) => stops.Zip(sliders).Aggregate(0, (sum, stop) => sum * stop.Second.Labels.Length + stop.First);

    private string Place(int frame)
    {
        var names = new Stack<string>();
        foreach (var slider in sliders.Reverse())
        {
            (frame, var stop) = Math.DivRem(frame, slider.Labels.Length);
            names.Push($"{slider.Label} {slider.Labels[stop]}");
        }
        return string.Join(", ", names);
    }

    // Which frame it is, for a reader without sliders and for one who cannot see it.
    private FigureHtml Caption(FigureHtml html, int frame, string alt)
    {
        html.Alt = $"{alt}: {Place(frame)}";
        return html.Raw("<div data-caption style=\"font:13px/1.4 system-ui,sans-serif\">").Text(Place(frame)).Raw("</div>");
    }

    private void WriteControls(FigureHtml html, Stops slider)
    {
        html.Raw("<div data-controls style=\"display:none;align-items:center;gap:.6em;max-width:600px;margin:.4em 0;")
            .Raw("font:13px/1.4 system-ui,sans-serif\">");
        if (sliders.Length == 1)
        {
            html.Raw("<button type=\"button\" title=\"Play\" aria-label=\"Play\" ")
                .Raw("style=\"font:inherit;width:2.4em;height:2em;flex:none\">▶</button>");
        }
        html.Raw("<label style=\"display:flex;align-items:center;gap:.6em;flex:1;min-width:0\"><span>").Text(slider.Label)
            .Raw(string.Create(CultureInfo.InvariantCulture,
                $"</span><input type=\"range\" min=\"0\" max=\"{slider.Labels.Length - 1}\" value=\"{slider.Start}\" step=\"1\" "))
            .Raw($"style=\"flex:1;min-width:60px;accent-color:{Palette.Colour(0)}\"></label>")
            .Raw("<output style=\"min-width:4.5em;font-variant-numeric:tabular-nums\">").Text(slider.Labels[slider.Start]).Raw("</output></div>");
    }

    // Curves that stay the same from frame to frame stand once, and the frames name them by number.
    private static string Json(ChartContent[] charts)
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
    private ChartContent[]? Charts()
    {
        var models = frames.Select(frame => (frame.Content as ChartContent)?.Model).OfType<ChartModel>().ToArray();
        if (models.Length < frames.Length)
        {
            return null;
        }
        var (x, y) = (Common(models, horizontal: true), Common(models, horizontal: false));
        return Array.ConvertAll(models, model => new ChartContent(model with
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
        return models[0].Padded((reaches.Min(reach => reach.From), reaches.Max(reach => reach.To)), horizontal);
    }
}
