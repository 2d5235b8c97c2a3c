using System.Globalization;

namespace Diffusion.Plots.Drawing;

/// <summary>A reader's own Plotly chart; where no script runs, a line says what is missing.</summary>
internal sealed class PlotlyContent(string json) : FigureContent
{
    public override void Write(FigureHtml html)
    {
        var part = html.NewPart();
        html.NeedsPlotly = true;
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div data-part=\"{part}\" style=\"width:100%;max-width:820px\">"))
            .Raw("<p>This chart shows where scripts run.</p></div>");
        html.Call(part, "chart", json);
    }

    public override string Describe() => "chart made with Plotly.NET";
}
