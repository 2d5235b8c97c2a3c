namespace Diffusion.Plots.Drawing;

/// <summary>What a figure draws: as HTML with calls of the page's script, and as a still.</summary>
internal abstract class FigureBody
{
    public abstract void Write(FigureHtml html);

    /// <summary>The figure as a drawing.</summary>
    /// <param name="width">How wide a chart is drawn, in pixels; pictures and tables have a width of their own.</param>
    public abstract Still Still(int width = 720);

    public abstract string Describe();
}
