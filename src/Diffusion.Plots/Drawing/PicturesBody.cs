using System.Globalization;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>A grid of pictures: one image without labels, one image a picture with them.</summary>
internal sealed class PicturesBody(PictureSet pictures, int columns, string[]? labels, int scale) : FigureBody
{
    private readonly int columns = Math.Max(1, Math.Min(columns, pictures.Count));
    private readonly int scale = scale > 0 ? scale : Math.Max(1, (int)Math.Round(84.0 / pictures.Width));

    private int Rows => (pictures.Count + columns - 1) / columns;

    public byte[] Grid()
    {
        // One pixel of the page's background between pictures.
        var (width, height) = (columns * (pictures.Width + 1) - 1, Rows * (pictures.Height + 1) - 1);
        var image = new byte[width * height * 4];
        for (var i = 0; i < pictures.Count; i++)
        {
            pictures.Paint(i, image, width, i % columns * (pictures.Width + 1), i / columns * (pictures.Height + 1));
        }
        return Png.Encode(image, width, height, 4, scale);
    }

    public override void Write(FigureHtml html)
    {
        if (labels is null)
        {
            WriteImage(html, Grid(), $"{html.Alt} ({Describe()})");
            return;
        }
        // As many columns as asked for, and fewer on a page where they would have no room for their labels.
        var (width, gaps) = (pictures.Width * scale, 4 * (columns - 1));
        html.Raw(string.Create(CultureInfo.InvariantCulture, $"<div style=\"display:grid;max-width:{columns * width + gaps}px;grid-template-columns:repeat(auto-fill,minmax(max({Math.Min(width, 60)}px,calc((100% - {gaps + 1}px)/{columns})),1fr));gap:6px 4px\">"));
        for (var i = 0; i < pictures.Count; i++)
        {
            var label = i < labels.Length ? labels[i] : "";
            html.Raw("<div style=\"font:12px/1.3 system-ui,sans-serif;text-align:center\">");
            WriteImage(html, Single(i), label.Length > 0 ? label : $"{html.Alt}, {i + 1}");
            html.Raw("<div>").Text(label).Raw("</div></div>");
        }
        html.Raw("</div>");
    }

    public override Still Still(int width = 720)
    {
        var labelHeight = labels is null ? 0 : 18;
        var (cellWidth, cellHeight) = ((pictures.Width + 1) * scale, (pictures.Height + 1) * scale + labelHeight);
        var svg = new StringBuilder();
        if (labels is null)
        {
            Image(svg, 0, 0, columns * cellWidth - scale, Rows * cellHeight - scale, Grid());
        }
        for (var i = 0; labels is not null && i < pictures.Count; i++)
        {
            var (x, y) = (i % columns * cellWidth, i / columns * cellHeight);
            Image(svg, x, y, pictures.Width * scale, pictures.Height * scale, Single(i));
            Svg.Text(svg, x + pictures.Width * scale / 2.0, y + pictures.Height * scale + 13, i < labels.Length ? labels[i] : "", "middle", 11);
        }
        return new Still(columns * cellWidth, Rows * cellHeight, svg.ToString());
    }

    public override string Describe() => pictures.Count == 1
        ? $"one picture of {pictures.Width} × {pictures.Height} pixels"
        : $"{pictures.Count} pictures of {pictures.Width} × {pictures.Height} pixels";

    private byte[] Single(int picture)
    {
        var image = new byte[pictures.Width * pictures.Height * 4];
        pictures.Paint(picture, image, pictures.Width, 0, 0);
        return Png.Encode(image, pictures.Width, pictures.Height, 4, scale);
    }

    private static void WriteImage(FigureHtml html, byte[] png, string alt) =>
        html.Raw($"<img style=\"max-width:100%;height:auto;image-rendering:pixelated\" alt=\"{FigureHtml.Encode(alt)}\" src=\"{Png.DataUri(png)}\">");

    private static void Image(StringBuilder svg, int x, int y, int width, int height, byte[] png) =>
        svg.Append(CultureInfo.InvariantCulture, $"<image x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" href=\"{Png.DataUri(png)}\"/>");
}
