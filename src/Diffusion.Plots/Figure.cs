using System.Text;
using Diffusion.Plots.Drawing;
using Diffusion.Plots.Hosts;

namespace Diffusion.Plots;

/// <summary>
/// One figure: a title that states what the reader should see, and a picture of it. A notebook shows it as
/// an interactive chart; where no script runs, a drawn still takes the chart's place. Figures do not change:
/// to show progress, make another one and hand it to <see cref="LiveFigure.Update"/>.
/// </summary>
[TypeFormatterSource(typeof(FigureFormatterSource), PreferredMimeTypes = ["text/html", "image/svg+xml", "text/plain"])]
public sealed partial class Figure
{
    private readonly FigureBody body;

    internal Figure(string title, FigureBody body)
    {
        Title = title;
        this.body = body;
    }

    /// <summary>What the figure shows, in one sentence.</summary>
    public string Title { get; }

    internal FigureBody Body => body;

    /// <summary>
    /// The figure as HTML: one <c>div</c> and one inline script, which uses the global <c>Plotly</c> when the
    /// figure has a chart. Before them stands <c>&lt;script data-plotly&gt;</c>: the library itself with the
    /// first chart of this process, afterwards only a line that fetches it should it be missing.
    /// </summary>
    public string ToHtml() => ToHtml(PlotlyScript.ForNextFigure);

    /// <summary>The figure as HTML without the library; the page is expected to supply <c>Plotly</c>.</summary>
    public string ToHtmlFragment() => ToHtml(static () => "");

    /// <summary>The figure as a still: an SVG image whose text reads on light and on dark pages.</summary>
    public string ToSvg()
    {
        var still = body.Still();
        var width = Math.Max(still.Width, 320);
        var lines = Svg.Wrap(Title, width - 16, size: 14);
        var svg = new StringBuilder();
        Svg.Open(svg, width, still.Height + lines.Length * 19 + (lines.Length > 0 ? 11 : 0));
        for (var i = 0; i < lines.Length; i++)
        {
            Svg.Text(svg, 8, 20 + i * 19, lines[i], "start", size: 14, bold: true);
        }
        svg.Append(still.At(0, lines.Length * 19 + (lines.Length > 0 ? 11 : 0)));
        return svg.Append("</svg>").ToString();
    }

    /// <summary>
    /// Writes the figure to a file: a whole page that needs no network for <c>.html</c>, a still for
    /// <c>.svg</c>, and for <c>.png</c> the picture grid, pixel by pixel.
    /// </summary>
    /// <param name="path">Where to write; the ending picks the format.</param>
    /// <exception cref="ArgumentException">The ending is another one, or the figure has no pixels to write as PNG.</exception>
    public void Save(string path)
    {
        switch (Path.GetExtension(path).ToLowerInvariant())
        {
            case ".html":
                Write(path, Encoding.UTF8.GetBytes(Page.Of(this)));
                break;
            case ".svg":
                Write(path, Encoding.UTF8.GetBytes(ToSvg()));
                break;
            case ".png" when body is PicturesBody pictures:
                Write(path, pictures.Grid());
                break;
            case var other:
                throw new ArgumentException($"A figure is written as .html or .svg, pictures also as .png; got \"{other}\".", nameof(path));
        }
    }

    /// <summary>The title and, in a few words, what is drawn.</summary>
    public override string ToString() => Title.Length > 0 ? $"{Title} [{body.Describe()}]" : body.Describe();

    /// <summary>Whether its HTML needs Plotly's script.</summary>
    internal bool NeedsPlotly
    {
        get
        {
            var html = new FigureHtml(Title);
            body.Write(html);
            return html.NeedsPlotly;
        }
    }

    // Under a name of its own first: a reader who looks at the file meanwhile sees a whole figure.
    private static void Write(string path, byte[] content)
    {
        var unfinished = $"{path}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.WriteAllBytes(unfinished, content);
            File.Move(unfinished, path, overwrite: true);
        }
        finally
        {
            File.Delete(unfinished);
        }
    }

    private string ToHtml(Func<string> library)
    {
        var html = new FigureHtml(Title);
        body.Write(html);
        return (html.NeedsPlotly ? library() : "") + html.Finish(Title);
    }
}
