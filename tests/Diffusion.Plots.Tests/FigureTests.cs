using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Diffusion.Plots.Drawing;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Plots.Tests;

public sealed class FigureTests
{
    private static readonly double[] X = [1, 10, 100];
    private static readonly Tensor One = tensor(new double[,] { { 0, 1 } }), Two = tensor(new double[,] { { 0, 1 }, { 2, 3 } });

    public static TheoryData<string> Kinds => [.. All.Keys];

    private static readonly Dictionary<string, Figure> All = new()
    {
        ["lines"] = Figures.Lines("Falls <fast>", "K", "error", LogAxes.Both, ("a & b", X, [1, 0.1, 0.01]), ("gap", X, [1, double.NaN, 2])),
        ["points"] = Figures.Points("Cloud", ("a", Two)),
        ["paths"] = Figures.Paths("Paths", ("a", Two)),
        ["rows"] = Figures.Rows("Rows", "σ", LogAxes.X, ("first", [0.1, 1]), ("second", [0, 10])),
        ["bars"] = Figures.Bars("Bars", "ms", ["x", "y"], ("a", [1, 2]), ("b", [3, 4])),
        ["histogram"] = Figures.Histogram("Histogram", "x", x => 0.5, 4, ("a", [0, 0.1, 0.5, 2])),
        ["heat map"] = Figures.Heatmap("Heat", "x", "y", "z", [0, 1, 2], [0, 1], new double[,] { { 0, 1, 2 }, { 3, double.NaN, 5 } }),
        ["pictures"] = Grid("Grid", 3),
        ["labelled pictures"] = Figures.Pictures("Grid", zeros(2, 1, 2, 2), labels: ["t = 1", "t = 0"]),
        ["table"] = Figures.Table("Table", ["name", "calls"], [["a", 1], ["b", 2.5]]),
        ["frames of charts"] = Figures.Frames(
            "Frames", "t", ("2", Figures.Points("", ("a", tensor(new double[,] { { 5, 5 } })))), ("1", Figures.Points("", ("a", One)))),
        ["sliders"] = Figures.Sliders("Sliders", [new("a", [1, 2, 4], 1), new("b", [0, 0.5])], at => Figures.Points("", ("p", tensor(new[,] { { at[0], at[1] } })))),
        ["frames of pictures"] = Figures.Frames("Frames", "t", ("2", Grid("", 2)), ("1", Grid("", 2))),
        ["row"] = Figures.Row("Row", Grid("left", 1), Figures.Lines("right", "x", "y", ("a", X, X))),
        ["a reader's own"] = new("Own", new PlotlyContent("{}")),
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
        Assert.Matches("<img|<table|This chart shows where scripts run", markup);
        Assert.DoesNotContain("<img alt=\"\"", markup, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Drawings_are_well_formed_and_draw_no_number_that_is_none(string kind)
    {
        foreach (Match image in Regex.Matches(All[kind].ToHtmlFragment(), "data:image/svg\\+xml;base64,([^\"]+)"))
        {
            var svg = Encoding.UTF8.GetString(Convert.FromBase64String(image.Groups[1].Value));
            Assert.Equal("svg", XDocument.Parse(svg).Root!.Name.LocalName);
            Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
            Assert.DoesNotContain("Infinity", svg, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Labelled_pictures_stand_in_as_many_columns_as_asked_for()
    {
        var html = Figures.Pictures("Grid", zeros(6, 1, 16, 16), columns: 3, labels: ["a", "", "", "b"]).ToHtmlFragment();
        Assert.Contains("grid-template-columns:repeat(3,", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0.05, 500, "1")]
    [InlineData(0.05, 0.5, "\"D2\"")]
    [InlineData(1e-9, 1e9, "3")]
    public void The_range_that_shows_decides_where_a_logarithmic_axis_is_marked(double from, double to, string step)
    {
        var html = Figures.Lines("", "x", "y", LogAxes.Y, ("", [0, 1], [0.1, 1])).WithYRange(from, to).ToHtmlFragment();
        Assert.Contains($"\"dtick\":{step}", html, StringComparison.Ordinal);
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
    public void A_saved_page_carries_the_library() => Assert.True(Saved("lines", "a.html").Length > 3_000_000);

    [Fact]
    public void A_saved_picture_is_a_png() => Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], Saved("pictures", "a.png")[..4]);

    [Theory]
    [InlineData("lines", "a.png")]
    [InlineData("pictures", "a.svg")]
    [InlineData("lines", "a.pdf")]
    public void An_ending_that_does_not_suit_the_figure_is_refused(string kind, string name) =>
        Refused.With("path", name, ".html; for a chart also in .svg, for pictures also in .png", () => Saved(kind, name));

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
        var html = Figures.Points("Cloud", ("a", zeros(9000, 2))).ToHtmlFragment();
        Assert.Contains("a (3000 of 9000 drawn)", html, StringComparison.Ordinal);
    }

    [Fact]
    public void Samples_are_drawn_as_their_shape_asks()
    {
        Assert.Equal("5 samples [chart of samples]", Figures.Samples(zeros(5)).ToString());
        Assert.Equal("5 samples [chart of samples]", Figures.Samples(zeros(5, 1)).ToString());
        Assert.Equal("5 samples [chart of samples]", Figures.Samples(zeros(5, 2)).ToString());
        Assert.Equal("Drawn [5 pictures of 4 × 3 pixels]", Figures.Samples(zeros(5, 1, 3, 4), "Drawn").ToString());
        Refused.With("samples", "[5, 3]", "[N, C, H, W]", () => Figures.Samples(zeros(5, 3)));
    }

    [Fact]
    public void Figures_copy_tensors_and_leave_none_behind()
    {
        using var points = zeros(5, 2);
        using var pictures = zeros(5, 3, 4, 4);
        var live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Figures.Row("", Figures.Samples(points), Figures.Samples(pictures), Figures.Paths("", ("a", points)), All["heat map"]).ToHtml();
        Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Pictures_of_another_shape_are_refused() =>
        Refused.With("pictures", "[2, 2, 4, 4]", "[N, 1 or 3, H, W]", () => Figures.Pictures("", zeros(2, 2, 4, 4)));

    [Fact]
    public void Points_of_another_shape_are_refused() =>
        Refused.With("\"a\"", "[2, 3]", "[N, 2]", () => Figures.Points("", ("a", zeros(2, 3))));

    [Fact]
    public void A_curve_takes_one_value_at_each_place() =>
        Refused.With("series \"a\"", "1 values at 3 places", "one value", () => Figures.Lines("", "", "", ("a", X, [1])));

    [Fact]
    public void A_heat_map_of_another_shape_is_refused() =>
        Refused.With("values", "[2, 3]", "[3, 3]", () => Figures.Heatmap("", "", "", "", X, X, new double[2, 3]));

    [Fact]
    public void A_row_of_a_table_has_the_cells_of_the_header() =>
        Refused.With("rows", "2 cells", "1,", () => Figures.Table(["a"], [[1, 2]]));

    [Fact]
    public void A_row_and_a_slider_take_at_least_one_figure()
    {
        Refused.With("figures", "none", "at least one", () => Figures.Row("title"));
        Refused.With("frames", "none", "at least one", () => Figures.Frames("title", "t"));
        Refused.With("start", "2", "0 to 1", () => Figures.Frames("title", "t", 2, ("a", All["bars"]), ("b", All["bars"])));
    }

    [Fact]
    public void Sliders_draw_every_combination_in_order_and_refuse_what_cannot_be_dragged()
    {
        var drawn = new List<double[]>();
        Figure Draw(double[] at)
        {
            drawn.Add(at);
            return All["bars"];
        }

        var figure = Figures.Sliders("title", [new("K", [5, 10]), new("η", [0, 0.5, 1], 2)], Draw);

        Assert.Equal([[5, 0], [5, 0.5], [5, 1], [10, 0], [10, 0.5], [10, 1]], drawn);
        Assert.StartsWith("title [6 frames by K and η, at K 5, η 1: ", figure.ToString(), StringComparison.Ordinal);
        Refused.With("sliders", "none", "at least one", () => Figures.Sliders("", [], Draw));
        Refused.With("K", "no values", "at least one", () => Figures.Sliders("", [new("K", [])], Draw));
        Refused.With("K", "a start at stop 2", "0 to 1", () => Figures.Sliders("", [new("K", [5, 10], 2)], Draw));
        Refused.With("sliders", "441 combinations", "at most 400",
            () => Figures.Sliders("", [new("K", new double[21]), new("η", new double[21])], Draw));
    }

    [Fact]
    public void Without_scripts_a_strip_of_five_frames_shows_and_the_one_that_opens()
    {
        var html = Figures.Frames("t", "s", 1, [.. Enumerable.Range(0, 21).Select(i => ($"{i}", Figures.Pictures("", zeros(1, 1, 2, 2))))]).ToHtmlFragment();

        Assert.Equal(["0", "1", "5", "10", "15", "20"],
            Regex.Matches(html, "<div data-frame><div data-caption[^>]*>s ([0-9]+)<").Select(match => match.Groups[1].Value));
    }

    [Fact]
    public void Lines_and_ranges_need_a_chart_with_such_an_axis()
    {
        Refused.With("WithXRange", "bars by category", "numbers", () => All["bars"].WithXRange(0, 1));
        Refused.With("WithHorizontal", "table", "a chart with axes", () => All["table"].WithHorizontal(0, ""));
        Refused.With("range", "0 to 1", "positive", () => All["lines"].WithYRange(0, 1));
        Refused.With("x", "0", "positive", () => All["lines"].WithVertical(0, ""));
    }

    private static byte[] Saved(string kind, string name)
    {
        using var folder = new TemporaryFolder();
        All[kind].Save(folder.File(name));
        return File.ReadAllBytes(folder.File(name));
    }

    private static Figure Grid(string title, int count) => Figures.Pictures(title, zeros(count, 3, 4, 4));
}
