namespace Diffusion.Plots.Drawing;

/// <summary>What a figure draws: as HTML with calls of the page's script, and in a few words.</summary>
internal abstract class FigureContent
{
    public abstract void Write(FigureHtml html);

    public abstract string Describe();
}
