using Diffusion.Data;

namespace Diffusion.Plots.Drawing;

/// <summary>A grid of pictures: one image without labels, one image a picture with them.</summary>
internal sealed class PicturesContent(RgbaPictures pictures, int columns, string[]? labels, int scale) : FigureContent
{
    private readonly int columns = Math.Max(1, Math.Min(columns, pictures.Count));
    private readonly int scale = scale > 0 ? scale : Math.Max(1, (int)Math.Round(84.0 / pictures.Width));

    public byte[] Grid() => pictures.Grid(columns, scale, RgbaPictures.Transparent);

    public override void Write(FigureHtml html)
    {
        if (labels is null)
        {
            WriteImage(html, Grid(), $"{html.Alt} ({Describe()})");
            return;
        }
        // A row or a column often means something, so a narrow page shrinks the pictures as far as labels allow, and then scrolls.
        var (width, gaps) = (pictures.Width * scale, 4 * (columns - 1));
        var least = Math.Min(width, NamesRows ? 24 : Math.Clamp(7 * labels.Max(label => label.Length), 24, 56));
        var (align, wrap) = NamesRows ? ("left", "nowrap") : ("center", "normal");
        html.Raw($"<div style=\"overflow-x:auto\"><div style=\"display:grid;max-width:{columns * width + gaps}px;")
            .Raw($"grid-template-columns:repeat({columns},minmax({least}px,1fr));gap:6px 4px\">");
        for (var i = 0; i < pictures.Count; i++)
        {
            var label = LabelOf(i);
            html.Raw($"<div style=\"font:12px/1.3 system-ui,sans-serif;text-align:{align};white-space:{wrap};min-width:0\">");
            WriteImage(html, pictures.Single(i, scale), label.Length > 0 ? label : $"{html.Alt}, {i + 1}");
            html.Raw("<div>").Text(label).Raw("</div></div>");
        }
        html.Raw("</div></div>");
    }

    // Labels under the first pictures of the rows alone have the whole row for themselves.
    private bool NamesRows => columns > 1 && Enumerable.Range(0, pictures.Count).All(i => i % columns == 0 || LabelOf(i).Length == 0);

    private string LabelOf(int picture) => picture < labels!.Length ? labels[picture] : "";

    public override string Describe() => pictures.Count == 1
        ? $"one picture of {pictures.Width} × {pictures.Height} pixels"
        : $"{pictures.Count} pictures of {pictures.Width} × {pictures.Height} pixels";

    private static void WriteImage(FigureHtml html, byte[] png, string alt)
    {
        var source = "data:image/png;base64," + Convert.ToBase64String(png);
        html.Raw($"<img style=\"max-width:100%;height:auto;image-rendering:pixelated\" alt=\"{FigureHtml.Encode(alt)}\" src=\"{source}\">");
    }
}
