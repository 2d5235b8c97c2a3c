using System.Globalization;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>A reader's own Plotly chart; where no script runs, a line says what is missing.</summary>
internal sealed class PlotlyBody(string json) : FigureBody
{
    public override void Write(FigureHtml html)
    {
        var part = html.NewPart();
        html.NeedsPlotly = true;
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div data-part=\"{part}\" style=\"width:100%;max-width:820px\">"))
            .Raw($"<img style=\"max-width:100%;height:auto\" alt=\"{FigureHtml.Encode(html.Alt)}\" src=\"{Svg.DataUri(Still().ToSvg())}\"></div>");
        html.Call(part, "chart", json);
    }

    public override Still Still(int width = 720)
    {
        var svg = new StringBuilder();
        Svg.Text(svg, 8, 20, "This chart shows where scripts run.", "start");
        return new Still(320, 30, svg.ToString());
    }

    public override string Describe() => "chart made with Plotly.NET";
}
