using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Diffusion.Plots.Tests;

public sealed class FigureTests
{
    private static readonly double[] X = [1, 10, 100];

    public static TheoryData<string> Kinds => [.. All.Keys];

    private static readonly Dictionary<string, Figure> All = new()
    {
        ["lines"] = Figures.Lines("Falls <fast>", "K", "error", LogAxes.Both, ("a & b", X, [1, 0.1, 0.01]), ("with a gap", X, [1, double.NaN, 2])),
        ["points"] = Figures.Points("Cloud", ("a", new double[,] { { 0, 1 }, { 2, 3 } })),
        ["paths"] = Figures.Paths("Paths", ("a", new double[,] { { 0, 1 }, { 2, 3 } })),
        ["bars"] = Figures.Bars("Bars", "ms", ["x", "y"], ("a", [1, 2]), ("b", [3, 4])),
        ["histogram"] = Figures.Histogram("Histogram", "x", x => 0.5, 4, ("a", [0, 0.1, 0.5, 2])),
        ["heat map"] = Figures.Heatmap("Heat", "x", "y", "z", [0, 1, 2], [0, 1], new double[,] { { 0, 1, 2 }, { 3, double.NaN, 5 } }),
        ["pictures"] = Grid("Grid", 3),
        ["labelled pictures"] = Figures.Pictures("Grid", new float[2 * 4], [2, 1, 2, 2], labels: ["t = 1", "t = 0"]),
        ["table"] = Figures.Table("Table", ["name", "calls"], [["a", 1], ["b", 2.5]]),
        ["frames of charts"] = Figures.Frames("Frames", "t", ("2", Figures.Points("", ("a", new double[,] { { 5, 5 } }))), ("1", Figures.Points("", ("a", new double[,] { { 0, 1 } })))),
        ["frames of pictures"] = Figures.Frames("Frames", "t", ("2", Grid("", 2)), ("1", Grid("", 2))),
        ["row"] = Figures.Row("Row", Grid("left", 1), Figures.Lines("right", "x", "y", ("a", X, X))),
        ["a reader's own"] = PlotlyFigure.From("Own", Plotly.NET.CSharp.Chart.Line<double, double, string>(X, X)),
        ["empty"] = Figures.Lines("Nothing", "x", "y"),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_figure_without_the_library_is_one_div_and_at_most_one_script(string kind)
    {
        var html = All[kind].ToHtmlFragment();
        Assert.Matches("^<div [^>]*>.*</div>(<script>(?s:.*)</script>)?$", html.Replace("\n", " ", StringComparison.Ordinal));
        Assert.True(Regex.Count(html, "<script") <= 1);
        Assert.DoesNotContain("data-plotly", html, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_same_figure_gives_the_same_html(string kind) => Assert.Equal(All[kind].ToHtmlFragment(), All[kind].ToHtmlFragment());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_scripts_every_figure_still_shows_something(string kind)
    {
        var markup = Regex.Replace(All[kind].ToHtmlFragment(), "(?s)<script.*?</script>", "");
        Assert.True(markup.Contains("<img", StringComparison.Ordinal) || markup.Contains("<table", StringComparison.Ordinal));
        Assert.DoesNotContain("<img alt=\"\"", markup, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_still_is_well_formed_and_draws_no_number_that_is_none(string kind)
    {
        var svg = All[kind].ToSvg();
        Assert.Equal("svg", XDocument.Parse(svg).Root!.Name.LocalName);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.DoesNotContain("∞", svg, StringComparison.Ordinal);
    }

    [Fact]
    public void A_title_cannot_break_out_of_the_page()
    {
        var html = Figures.Lines("</script><b>", "<i>", "</script>", ("</script>", X, X)).ToHtmlFragment();
        Assert.DoesNotContain("<b>", html, StringComparison.Ordinal);
        Assert.Equal(1, Regex.Count(html, "</script>"));
    }

    [Fact]
    public void The_library_comes_once_in_an_element_of_its_own()
    {
        var pages = Enumerable.Range(0, 3).Select(_ => All["points"].ToHtml()).ToArray();
        Assert.All(pages, page => Assert.StartsWith("<script data-plotly>", page, StringComparison.Ordinal));
        Assert.True(pages[1].Length < 50_000 && pages[2].Length < 50_000);
        Assert.Equal(All["points"].ToHtmlFragment(), Regex.Replace(pages[2], "(?s)<script data-plotly>.*?</script>", ""));
    }

    [Fact]
    public void A_figure_that_has_no_chart_needs_no_library() => Assert.Equal(All["pictures"].ToHtmlFragment(), All["pictures"].ToHtml());

    [Fact]
    public void A_saved_page_carries_the_library_and_a_picture_file_is_a_png()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var (page, png) = (Path.Combine(folder.FullName, "a.html"), Path.Combine(folder.FullName, "a.png"));
            All["lines"].Save(page);
            All["pictures"].Save(png);
            Assert.True(new FileInfo(page).Length > 3_000_000);
            Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], File.ReadAllBytes(png)[..4]);
            Assert.Throws<ArgumentException>(() => All["lines"].Save(png));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Frames_of_charts_share_their_axes()
    {
        var html = All["frames of charts"].ToHtmlFragment();
        Assert.Equal(2, Regex.Count(html, Regex.Escape("\"range\":[-0.2,5.2]")));
        Assert.Equal(2, Regex.Count(html, Regex.Escape("\"range\":[0.84,5.16]")));
    }

    [Fact]
    public void A_large_cloud_says_that_it_was_thinned()
    {
        var html = Figures.Points("Cloud", ("a", new double[9000, 2])).ToHtmlFragment();
        Assert.Contains("a (3000 of 9000 drawn)", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Wrong_shapes_are_refused_by_name()
    {
        Assert.Contains("[2, 2, 4, 4]", Assert.Throws<ArgumentException>(() => Figures.Pictures("", new float[64], [2, 2, 4, 4])).Message, StringComparison.Ordinal);
        Assert.Contains("Curve \"a\"", Assert.Throws<ArgumentException>(() => Figures.Lines("", "", "", ("a", X, [1]))).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => Figures.Heatmap("", "", "", "", X, X, new double[2, 3]));
        Assert.Throws<ArgumentException>(() => Figures.Table(["a"], [[1, 2]]));
        Assert.Throws<ArgumentException>(() => Figures.Row("title"));
        Assert.Throws<ArgumentException>(() => Figures.Frames("title", "t"));
    }

    private static Figure Grid(string title, int count) => Figures.Pictures(title, new float[count * 3 * 4 * 4], [count, 3, 4, 4]);
}
