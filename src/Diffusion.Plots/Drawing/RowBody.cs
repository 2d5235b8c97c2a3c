using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>Figures side by side, each under its own title; on a narrow page one below the other.</summary>
internal sealed class RowBody(Figure[] figures) : FigureBody
{
    public override void Write(FigureHtml html)
    {
        html.Raw("<div style=\"display:flex;flex-wrap:wrap;gap:12px 20px\">");
        foreach (var figure in figures)
        {
            html.Raw("<div style=\"flex:1 1 min(300px,100%);min-width:0\"><div style=\"font:13px/1.35 system-ui,sans-serif;margin:0 0 .3em\">").Text(figure.Title).Raw("</div>");
            var alt = html.Alt;
            html.Alt = figure.Title;
            figure.Body.Write(html);
            html.Alt = alt;
            html.Raw("</div>");
        }
        html.Raw("</div>");
    }

    public override Still Still()
    {
        var svg = new StringBuilder();
        var (x, height) = (0, 0);
        foreach (var figure in figures)
        {
            var still = figure.Body.Still();
            Svg.Text(svg, x + 4, 14, figure.Title, "start");
            svg.Append(still.At(x, 22));
            (x, height) = (x + still.Width + 20, Math.Max(height, still.Height + 22));
        }
        return new Still(x, height, svg.ToString());
    }

    public override string Describe() => string.Join("; ", figures.Select(figure => figure.ToString()));
}
