namespace Diffusion.Plots.Drawing;

/// <summary>Nothing but the library, for the charts that follow on the page.</summary>
internal sealed class PlotlyScriptBody : FigureBody
{
    public override void Write(FigureHtml html) => html.NeedsPlotly = true;

    public override Still Still(int width = 720) => new(1, 1, "");

    public override string Describe() => "the script that draws the charts below";
}
