using System.Globalization;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>Figures side by side, each under its own title; on a narrow page one below the other.</summary>
internal sealed class RowBody(Figure[] figures) : FigureBody
{
    // Two charts stand side by side in a still: it is shrunk to the page, and its text with it.
    private const int Half = 460;

    public override void Write(FigureHtml html)
    {
        var most = figures.Length switch { 4 => 2, 5 or 6 => 3, var count => Math.Min(count, 4) };
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div style=\"display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,max(260px,calc((100% - {(most - 1) * 20 + 1}px)/{most}))),1fr));gap:14px 20px\">"));
        var stillWidth = html.StillWidth;
        html.StillWidth = figures.Length > 1 ? Half : stillWidth;
        foreach (var figure in figures)
        {
            html.Raw("<div style=\"min-width:0\"><div style=\"font:13px/1.35 system-ui,sans-serif;margin:0 0 .3em\">").Text(figure.Title).Raw("</div>");
            var alt = html.Alt;
            html.Alt = figure.Title;
            figure.Body.Write(html);
            html.Alt = alt;
            html.Raw("</div>");
        }
        html.StillWidth = stillWidth;
        html.Raw("</div>");
    }

    public override Still Still(int width = 720)
    {
        var svg = new StringBuilder();
        var (x, y, right, rowHeight) = (0, 0, 0, 0);
        foreach (var figure in figures)
        {
            var still = figure.Body.Still(figures.Length > 1 ? Half : width);
            var cellWidth = Math.Max(still.Width, 200);
            if (x > 0 && x + cellWidth > 2 * Half + 20)
            {
                (x, y, rowHeight) = (0, y + rowHeight + 12, 0);
            }
            var title = Svg.Wrap(figure.Title, cellWidth, size: 12);
            for (var i = 0; i < title.Length; i++)
            {
                Svg.Text(svg, x + 4, y + 14 + i * 16, title[i], "start");
            }
            svg.Append(still.At(x, y + 6 + title.Length * 16));
            (x, rowHeight) = (x + cellWidth + 20, Math.Max(rowHeight, still.Height + 6 + title.Length * 16));
            right = Math.Max(right, x - 20);
        }
        return new Still(right, y + rowHeight, svg.ToString());
    }

    public override string Describe() => string.Join("; ", figures.Select(figure => figure.ToString()));
}
