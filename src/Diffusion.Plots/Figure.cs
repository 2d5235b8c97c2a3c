using System.Text;
using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

/// <summary>
/// One figure: a title that states what the reader should see, and a picture of it. A notebook shows it as
/// an interactive chart; where no script runs, a drawing takes the chart's place. Figures do not change:
/// to show progress, make another one and hand it to <see cref="LiveFigure.Update"/>.
/// </summary>
public sealed partial class Figure
{
    internal Figure(string title, FigureContent content)
    {
        Title = title;
        Content = content;
    }

    /// <summary>What the figure shows, in one sentence.</summary>
    public string Title { get; }

    internal FigureContent Content { get; }

    /// <summary>
    /// The figure as HTML: one <c>div</c> and one inline script, which uses the global <c>Plotly</c> when the
    /// figure has a chart. Before them stands <c>&lt;script data-plotly&gt;</c>: the library itself with the
    /// first chart of this process, afterwards only a line that fetches it should it be missing.
    /// </summary>
    public string ToHtml() => ToHtml(PlotlyScript.ForNextFigure);

    /// <summary>The figure as HTML without the library; the page is expected to supply <c>Plotly</c>.</summary>
    public string ToHtmlFragment() => ToHtml(static () => "");

    /// <summary>
    /// Writes the figure to a file: a whole page that needs no network for <c>.html</c>, a chart also as a drawing
    /// for <c>.svg</c>, and pictures also as their grid, pixel by pixel, for <c>.png</c>.
    /// </summary>
    /// <param name="path">The file, whole or not there at all; its ending picks the format.</param>
    /// <exception cref="InvalidInputException">The ending is another one, or the figure is no chart or no grid of pictures.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public void Save(string path)
    {
        var content = (Path.GetExtension(path).ToLowerInvariant(), Content) switch
        {
            (".html", _) => Encoding.UTF8.GetBytes(Page.Of(this)),
            (".svg", ChartContent chart) => Encoding.UTF8.GetBytes(SvgChart.Draw(chart.Model, FigureHtml.FullWidth)),
            (".png", PicturesContent pictures) => pictures.Grid(),
            _ => throw new InvalidInputException(nameof(path), $"\"{path}\" for {Content.Describe()}",
                "a name that ends in .html; for a chart also in .svg, for pictures also in .png"),
        };
        AtomicFile.Write(path, stream => stream.Write(content));
    }

    /// <summary>The title and, in a few words, what is drawn.</summary>
    public override string ToString() => Title.Length > 0 ? $"{Title} [{Content.Describe()}]" : Content.Describe();

    /// <summary>Whether its HTML needs Plotly's script.</summary>
    internal bool NeedsPlotly
    {
        get
        {
            var html = new FigureHtml(Title);
            Content.Write(html);
            return html.NeedsPlotly;
        }
    }

    private string ToHtml(Func<string> library)
    {
        var html = new FigureHtml(Title);
        Content.Write(html);
        return (html.NeedsPlotly ? library() : "") + html.Finish(Title);
    }
}
