namespace Diffusion.Plots.Drawing;

/// <summary>What a figure draws: as HTML with calls of the page's script, and as a still.</summary>
internal abstract class FigureBody
{
    public abstract void Write(FigureHtml html);

    public abstract Still Still();

    public abstract string Describe();
}
