using System.Globalization;
using System.Net;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>The few SVG elements that stills are made of.</summary>
internal static class Svg
{
    public static void Open(StringBuilder svg, int width, int height) =>
        svg.Append(CultureInfo.InvariantCulture, $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" font-family=\"system-ui, sans-serif\">");

    public static void Text(StringBuilder svg, double x, double y, string text, string anchor, double size = 12, bool bold = false, double turn = 0)
    {
        svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x:0.#}\" y=\"{y:0.#}\" fill=\"{Palette.StillInk}\" font-size=\"{size}\" text-anchor=\"{anchor}\"");
        if (bold)
        {
            svg.Append(" font-weight=\"600\"");
        }
        if (turn != 0)
        {
            svg.Append(CultureInfo.InvariantCulture, $" transform=\"rotate({turn} {x:0.#} {y:0.#})\"");
        }
        svg.Append('>').Append(WebUtility.HtmlEncode(text)).Append("</text>");
    }

    /// <summary>About how wide a text is; fonts differ, so room is left.</summary>
    public static int TextWidth(string text, double size) => (int)Math.Ceiling(text.Length * size * 0.56);

    /// <summary>Breaks a text between words into lines that fit.</summary>
    public static string[] Wrap(string text, int width, double size)
    {
        var lines = new List<string>();
        foreach (var word in text.Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count > 0 && TextWidth($"{lines[^1]} {word}", size) <= width)
            {
                lines[^1] += " " + word;
            }
            else
            {
                lines.Add(word);
            }
        }
        return [.. lines];
    }

    public static void Line(StringBuilder svg, double x1, double y1, double x2, double y2, double opacity = 1, string dash = "") =>
        svg.Append(CultureInfo.InvariantCulture, $"<line x1=\"{x1:0.#}\" y1=\"{y1:0.#}\" x2=\"{x2:0.#}\" y2=\"{y2:0.#}\" stroke=\"{Palette.StillInk}\" stroke-opacity=\"{opacity}\"{(dash.Length > 0 ? $" stroke-dasharray=\"{dash}\"" : "")}/>");

    public static string DataUri(string svg) => "data:image/svg+xml;base64," + Convert.ToBase64String(Encoding.UTF8.GetBytes(svg));
}
