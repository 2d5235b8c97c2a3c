namespace Diffusion.Plots.Hosts;

/// <summary>What <see cref="TypeFormatterSourceAttribute"/> names; the engine calls it by these names.</summary>
internal sealed class FigureFormatterSource
{
    // Not static: the engine makes an instance and calls this on it.
#pragma warning disable CA1822
    public IEnumerable<object> CreateTypeFormatters() =>
        [
            new FigureFormatter("text/html", figure => figure.ToHtml()),
            new FigureFormatter("image/svg+xml", figure => figure.ToSvg()),
            new FigureFormatter("text/plain", figure => figure.ToString()),
        ];
#pragma warning restore CA1822
}
