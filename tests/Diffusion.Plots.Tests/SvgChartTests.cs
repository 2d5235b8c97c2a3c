using System.Globalization;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using SkiaSharp;
using static TorchSharp.torch;

namespace Diffusion.Plots.Tests;

/// <summary>The drawing that stands in a chart's place where no script runs.</summary>
public sealed partial class SvgChartTests
{
    // Coordinates are written to a tenth of a pixel.
    private const double Pixel = 0.11;

    [Fact]
    public void A_curve_runs_where_the_ticks_say()
    {
        var svg = Draw(Figures.Lines("", "x", "y", ("", [0, 5, 10], [10, 5, 0])).WithXRange(0, 10).WithYRange(0, 10));
        var curve = Curve(svg);
        Assert.Equal((Tick(svg, "0", "middle").X, Tick(svg, "10", "middle").X), (curve[0].X, curve[2].X));
        Assert.Equal(Tick(svg, "10", "end").Y - Tick(svg, "0", "end").Y, curve[0].Y - curve[2].Y, Pixel);
        Assert.True(curve[0].Y < curve[2].Y);
        Assert.Equal(((curve[0].X + curve[2].X) / 2, (curve[0].Y + curve[2].Y) / 2), curve[1]);
    }

    [Fact]
    public void Logarithmic_axes_give_every_decade_the_same_length()
    {
        var svg = Draw(Figures.Lines("", "x", "y", LogAxes.Both, ("", [1, 10, 100], [1, 0.1, 0.01])));
        var curve = Curve(svg);
        Assert.Equal(curve[1].X - curve[0].X, curve[2].X - curve[1].X, Pixel);
        Assert.Equal(curve[1].Y - curve[0].Y, curve[2].Y - curve[1].Y, Pixel);
        Assert.Equal(Tick(svg, "10", "middle").X, curve[1].X, Pixel);
        Assert.Equal(Tick(svg, "0.01", "end").Y - Tick(svg, "1", "end").Y, curve[2].Y - curve[0].Y, Pixel);
    }

    [Fact]
    public void A_value_that_cannot_be_drawn_is_a_gap()
    {
        var svg = Draw(Figures.Lines("", "x", "y", LogAxes.Y, ("", [1, 2, 3, 4, 5, 6], [1, 2, double.NaN, 4, 0, 6])));
        Assert.Equal(4, Curve(svg).Length);
        Assert.Equal("MLMM", LettersOnly().Replace(CurveOf(svg), ""));
    }

    [Fact]
    public void In_the_plane_both_axes_have_one_scale()
    {
        using var corners = tensor(new[,] { { 0.0, 0 }, { 3, 0 }, { 0, 1 } });
        var dots = Points(Draw(Figures.Points("", ("", corners))), "round");
        Assert.Equal((dots[1].X - dots[0].X) / 3, dots[0].Y - dots[2].Y, Pixel);
    }

    [Fact]
    public void Bars_stand_on_zero_and_are_as_high_as_their_values()
    {
        var svg = Draw(Figures.Bars("", "ms", ["a", "b"], ("", [2, -1])));
        XElement[] bars = [.. svg.Descendants().Where(element => element.Name.LocalName == "rect")];
        Assert.Equal(Number(bars[0], "height"), 2 * Number(bars[1], "height"), 2 * Pixel);
        Assert.Equal(Number(bars[0], "y") + Number(bars[0], "height"), Number(bars[1], "y"), Pixel);
        Assert.Equal(Number(bars[1], "x") + Number(bars[1], "width") / 2, Tick(svg, "b", "middle").X, Pixel);
    }

    [Fact]
    public void A_heat_map_begins_below_and_is_black_where_it_is_lowest()
    {
        var svg = Draw(Figures.Heatmap("", "x", "y", "z", [0, 1, 2], [0, 1], new double[,] { { 0, 1, 2 }, { 4, double.NaN, 3 } }));
        var href = (string)svg.Descendants().Single(element => element.Name.LocalName == "image").Attribute("href")!;
        using var image = SKBitmap.Decode(Convert.FromBase64String(href.Split(',')[1]));
        var grey = Enumerable.Range(0, 6).Select(i => (int)image.GetPixel(i % 3, i / 3).Red);
        Assert.Equal([255, 0, 191, 0, 64, 128], grey);
    }

    [Fact]
    public void The_legend_names_every_series()
    {
        double[] x = [0, 1];
        var svg = Draw(Figures.Lines("", "x", "y", [.. Enumerable.Range(0, 12).Select(i => ($"the curve with the number {i}", x, x))]));
        Assert.Equal(12, Texts(svg).Count(text => text.Value.StartsWith("the curve", StringComparison.Ordinal)));
        Assert.All(Texts(svg), text => Assert.InRange(Number(text, "x"), 0, 720));
    }

    [Theory]
    [InlineData(1e-9, 2e-9)]
    [InlineData(-3, -3)]
    [InlineData(0, 0)]
    [InlineData(-1e12, 1e12)]
    public void Any_reach_has_a_few_ticks(double from, double to)
    {
        var svg = Draw(Figures.Lines("", "x", "y", ("", [0, 1], [from, to])));
        Assert.InRange(Texts(svg).Count(text => (string)text.Attribute("text-anchor")! == "end"), 3, 11);
    }

    [Theory]
    [InlineData(0.04, 0.9, "0.05", "0.1", "0.2", "0.5")]
    [InlineData(3, 50, "5", "10", "20", "50")]
    public void A_logarithmic_reach_of_few_decades_is_marked_at_1_2_and_5(double from, double to, params string[] marks)
    {
        var svg = Draw(Figures.Lines("", "x", "y", LogAxes.Y, ("", [0, 1], [from, to])).WithYRange(from, to));
        Assert.Equal(marks, Texts(svg).Where(text => (string)text.Attribute("text-anchor")! == "end").Select(text => text.Value));
    }

    [Fact]
    public void Rows_stand_below_each_other_with_names_in_place_of_numbers()
    {
        var svg = Draw(Figures.Rows("", "x", LogAxes.None, ("first", [1, 2]), ("second", [3])));
        var (dots, first, second) = (Points(svg, "round"), Tick(svg, "first", "end"), Tick(svg, "second", "end"));
        Assert.Equal(dots[0].Y, dots[1].Y);
        Assert.True(first.Y < dots[0].Y && dots[0].Y < second.Y && second.Y < dots[2].Y);
        Assert.Equal(2, Texts(svg).Count(text => (string)text.Attribute("text-anchor")! == "end"));
    }

    private static XElement Draw(Figure chart)
    {
        using var folder = new TemporaryFolder();
        chart.Save(folder.File("chart.svg"));
        return XDocument.Load(folder.File("chart.svg")).Root!;
    }

    private static IEnumerable<XElement> Texts(XElement svg) => svg.Descendants().Where(element => element.Name.LocalName == "text");

    private static (double X, double Y) Tick(XElement svg, string label, string anchor)
    {
        var text = Texts(svg).Single(text => text.Value == label && (string)text.Attribute("text-anchor")! == anchor);
        return (Number(text, "x"), Number(text, "y"));
    }

    private static string CurveOf(XElement svg) =>
        (string)svg.Descendants().Single(path => (string?)path.Attribute("fill") == "none").Attribute("d")!;

    private static (double X, double Y)[] Curve(XElement svg) => Numbers(CurveOf(svg));

    private static (double X, double Y)[] Points(XElement svg, string cap) =>
        Numbers((string)svg.Descendants().Single(path => (string?)path.Attribute("stroke-linecap") == cap).Attribute("d")!);

    private static (double X, double Y)[] Numbers(string path) =>
        [.. Pairs().Matches(path).Select(pair => (Parse(pair.Groups[1].Value), Parse(pair.Groups[2].Value)))];

    private static double Number(XElement element, string name) => Parse((string)element.Attribute(name)!);

    private static double Parse(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    [GeneratedRegex("[ML](\\S+) ([0-9.-]+)")]
    private static partial Regex Pairs();

    [GeneratedRegex("[^ML]")]
    private static partial Regex LettersOnly();
}
