namespace Diffusion.Plots.Drawing;

/// <summary>Figures side by side, each under its own title; on a narrow page one below the other.</summary>
internal sealed class RowContent(Figure[] figures) : FigureContent
{
    public override void Write(FigureHtml html)
    {
        var columns = figures.Length switch { 4 => 2, 5 or 6 => 3, var count => Math.Min(count, 4) };
        var narrowest = $"max(260px,calc((100% - {(columns - 1) * 20 + 1}px)/{columns}))";
        // A grid's columns cannot be as wide as a table needs; a flexible row gives one that is too wide for its column a line of its own.
        var flexible = figures.Any(figure => figure.Content is TableContent);
        var layout = flexible ? "flex;flex-wrap:wrap" : $"grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,{narrowest}),1fr))";
        html.Raw($"<div style=\"display:{layout};gap:14px 20px\">");
        var svgWidth = html.SvgWidth;
        html.SvgWidth = figures.Length > 1 ? FigureHtml.HalfWidth : svgWidth;
        foreach (var figure in figures)
        {
            var width = figure.Content is TableContent ? "auto" : "0";
            html.Raw($"<div style=\"min-width:{width};max-width:100%{(flexible ? $";flex:1 1 {narrowest}" : "")}\">");
            html.Raw("<div style=\"font:13px/1.35 system-ui,sans-serif;margin:0 0 .3em\">").Text(figure.Title).Raw("</div>");
            var alt = html.Alt;
            html.Alt = figure.Title;
            figure.Content.Write(html);
            html.Alt = alt;
            html.Raw("</div>");
        }
        html.SvgWidth = svgWidth;
        html.Raw("</div>");
    }

    public override string Describe() => string.Join("; ", figures.Select(figure => figure.ToString()));
}
