using System.Globalization;

namespace Diffusion.Plots.Drawing;

/// <summary>A chart: on the page first its still, which Plotly then replaces.</summary>
internal sealed class ChartBody(ChartModel model) : FigureBody
{
    public ChartModel Model => model;

    public override void Write(FigureHtml html)
    {
        var part = html.NewPart();
        html.NeedsPlotly = true;
        WritePlot(html, string.Create(CultureInfo.InvariantCulture, $"data-part=\"{part}\""));
        html.Call(part, "chart", PlotlyCharts.Json(model));
    }

    public void WritePlot(FigureHtml html, string attribute) =>
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div {attribute} style=\"width:100%;max-width:{model.MaxWidth}px;min-height:{model.Height}px\">"))
            .Raw($"<img style=\"max-width:100%;height:auto\" alt=\"{FigureHtml.Encode(html.Alt)}\" src=\"{Svg.DataUri(Still(html.StillWidth).ToSvg())}\"></div>");

    public override Still Still(int width = 720) => ChartStill.Draw(model, width);

    public override string Describe() => model.Heat is { } heat
        ? $"heat map, {heat.Values.GetLength(0)} × {heat.Values.GetLength(1)}"
        : "chart of " + string.Join(", ", model.Series.Select(series => series.Name.Length > 0 ? series.Name : model.Y.Label));
}
