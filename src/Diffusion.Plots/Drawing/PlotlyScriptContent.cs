namespace Diffusion.Plots.Drawing;

/// <summary>Nothing but the library, for the charts that follow on the page.</summary>
internal sealed class PlotlyScriptContent : FigureContent
{
    public override void Write(FigureHtml html) => html.NeedsPlotly = true;

    public override string Describe() => "the script that draws the charts below";
}
