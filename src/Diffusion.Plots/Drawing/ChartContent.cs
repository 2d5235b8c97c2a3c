using System.Globalization;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>A chart: on the page first a drawing of it, which Plotly then replaces.</summary>
internal sealed class ChartContent(ChartModel model) : FigureContent
{
    public ChartModel Model => model;

    public override void Write(FigureHtml html)
    {
        var part = html.NewPart();
        html.NeedsPlotly = true;
        WritePlot(html, string.Create(CultureInfo.InvariantCulture, $"data-part=\"{part}\""));
        html.Call(part, "chart", PlotlyCharts.Json(model));
    }

    public void WritePlot(FigureHtml html, string attribute)
    {
        html.Raw(string.Create(CultureInfo.InvariantCulture,
            $"<div {attribute} style=\"width:100%;max-width:{model.MaxWidth}px;min-height:{model.Height}px\">"));
        WriteStill(html);
        html.Raw("</div>");
    }

    public void WriteStill(FigureHtml html)
    {
        var svg = Convert.ToBase64String(Encoding.UTF8.GetBytes(SvgChart.Draw(model, html.SvgWidth)));
        html.Raw($"<img style=\"max-width:100%;height:auto\" alt=\"{FigureHtml.Encode(html.Alt)}\" ")
            .Raw($"src=\"data:image/svg+xml;base64,{svg}\">");
    }

    public override string Describe() => model.Heat is { } heat
        ? $"heat map, {heat.Values.GetLength(0)} × {heat.Values.GetLength(1)}"
        : "chart of " + string.Join(", ", model.Series.Select(series => series.Name.Length > 0 ? series.Name : model.Y.Label));
}
