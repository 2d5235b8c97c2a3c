using System.Globalization;

namespace Diffusion.Plots.Drawing;

/// <summary>A bar and a line of text; after the end only the line.</summary>
internal sealed class ProgressContent(Progress progress) : FigureContent
{
    public Progress Progress => progress;

    public override void Write(FigureHtml html)
    {
        html.Raw("<div style=\"display:flex;flex-wrap:wrap;align-items:center;gap:.2em .7em;font:13px/1.5 system-ui,sans-serif;")
            .Raw("font-variant-numeric:tabular-nums\">");
        if (progress.State == ProgressState.Running)
        {
            var value = progress.Share is { } share ? string.Create(CultureInfo.InvariantCulture, $" value=\"{share:0.###}\"") : "";
            html.Raw($"<progress max=\"1\"{value} aria-label=\"{FigureHtml.Encode(progress.What)}\" ")
                .Raw($"style=\"width:200px;max-width:100%;accent-color:{Palette.Colour(0)}\"></progress>");
        }
        html.Raw("<span>").Text(progress.ToString()).Raw("</span></div>");
    }

    public override string Describe() => progress.ToString();
}
