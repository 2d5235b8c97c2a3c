using System.Globalization;

namespace Diffusion.Plots.Drawing;

/// <summary>The inside of an SVG image and its size in pixels.</summary>
internal sealed record Still(int Width, int Height, string Content)
{
    public string At(int x, int y) => string.Create(CultureInfo.InvariantCulture, $"<g transform=\"translate({x},{y})\">{Content}</g>");

    public string ToSvg()
    {
        var svg = new System.Text.StringBuilder();
        Svg.Open(svg, Width, Height);
        return svg.Append(Content).Append("</svg>").ToString();
    }
}
