using Diffusion.Plots.Drawing;

namespace Diffusion.Plots;

public static partial class Figures
{
    /// <summary>Curves over common linear axes.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="yLabel">The vertical axis' name, with its unit.</param>
    /// <param name="curves">Each curve's name and its points; not-a-number makes a gap.</param>
    /// <exception cref="InvalidInputException">A curve's X and Y differ in length.</exception>
    public static Figure Lines(string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] curves) =>
        Lines(title, xLabel, yLabel, LogAxes.None, curves);

    /// <summary>Curves over common axes, linear or logarithmic.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="yLabel">The vertical axis' name, with its unit.</param>
    /// <param name="logAxes">Which axes are logarithmic; values that are not positive are left out there.</param>
    /// <param name="curves">Each curve's name and its points; not-a-number makes a gap.</param>
    /// <exception cref="InvalidInputException">A curve's X and Y differ in length.</exception>
    public static Figure Lines(
        string title, string xLabel, string yLabel, LogAxes logAxes, params (string Name, double[] X, double[] Y)[] curves) =>
        Chart(title, xLabel, yLabel, logAxes, SeriesKind.Line, curves);

    /// <summary>Measured points over common linear axes, joined by no line.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="yLabel">The vertical axis' name, with its unit.</param>
    /// <param name="clouds">Each cloud's name and its points.</param>
    /// <exception cref="InvalidInputException">A cloud's X and Y differ in length.</exception>
    public static Figure Scatter(string title, string xLabel, string yLabel, params (string Name, double[] X, double[] Y)[] clouds) =>
        Scatter(title, xLabel, yLabel, LogAxes.None, clouds);

    /// <summary>Measured points over common axes, linear or logarithmic, joined by no line.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="yLabel">The vertical axis' name, with its unit.</param>
    /// <param name="logAxes">Which axes are logarithmic; values that are not positive are left out there.</param>
    /// <param name="clouds">Each cloud's name and its points.</param>
    /// <exception cref="InvalidInputException">A cloud's X and Y differ in length.</exception>
    public static Figure Scatter(
        string title, string xLabel, string yLabel, LogAxes logAxes, params (string Name, double[] X, double[] Y)[] clouds) =>
        Chart(title, xLabel, yLabel, logAxes, SeriesKind.Points, clouds);

    /// <summary>Places along one axis, in a named row each, the first on top.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The axis' name, with its unit.</param>
    /// <param name="logAxes">Whether the axis is logarithmic; values that are not positive are left out there.</param>
    /// <param name="rows">Each row's name, which stands above its right end, and its places.</param>
    public static Figure Rows(string title, string xLabel, LogAxes logAxes, params (string Name, double[] X)[] rows)
    {
        Axis bare = new("", Range: (0.5, rows.Length + 0.9), IsBare: true);
        double[] y = [.. rows.SelectMany((row, i) => row.X.Select(_ => (double)rows.Length - i))];
        var dots = Series.Of(SeriesKind.Points, "", [.. rows.SelectMany(row => row.X)], y, 0);
        return Chart(title, new ChartModel(new Axis(xLabel, logAxes is LogAxes.X or LogAxes.Both), bare, [dots])
        {
            References = [.. rows.Select((row, i) => new Reference(Vertical: false, rows.Length - i, row.Name))],
        });
    }

    /// <summary>Bars in groups: one group a category, one bar of each series in it.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="yLabel">The vertical axis' name, with its unit.</param>
    /// <param name="categories">The groups' names.</param>
    /// <param name="series">Each series' name and its values, one a category.</param>
    /// <exception cref="InvalidInputException">A series has another number of values than there are categories.</exception>
    public static Figure Bars(string title, string yLabel, string[] categories, params (string Name, double[] Values)[] series)
    {
        var positions = Enumerable.Range(0, categories.Length).Select(i => (double)i).ToArray();
        Series[] bars = [.. series.Select((bar, i) => Series.Of(SeriesKind.Bars, bar.Name, positions, bar.Values, i))];
        return Chart(title, new ChartModel(new Axis(""), new Axis(yLabel), bars) { Categories = [.. categories] });
    }

    /// <summary>Histograms over common bins, each scaled to an area of one.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="samples">Each sample's name and its values; values that are not finite are left out.</param>
    public static Figure Histogram(string title, string xLabel, params (string Name, double[] Values)[] samples) =>
        Histogram(title, xLabel, null, 0, samples);

    /// <summary>Histograms over common bins, each scaled to an area of one, under the exact density.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="density">The density that the samples should follow, or null.</param>
    /// <param name="bins">How many bins; 0 picks a number from the samples' size.</param>
    /// <param name="samples">Each sample's name and its values; values that are not finite are left out.</param>
    public static Figure Histogram(
        string title, string xLabel, Func<double, double>? density, int bins, params (string Name, double[] Values)[] samples)
    {
        var series = new List<Series>();
        var (from, to) = Binning.Reach(samples.Select(sample => sample.Values));
        bins = bins > 0 ? bins : Binning.Count(samples.Select(sample => sample.Values.Length).DefaultIfEmpty().Max());
        foreach (var (name, values) in samples)
        {
            var (x, y) = Binning.Outline(values, from, to, bins);
            series.Add(Series.Of(SeriesKind.Area, name, x, y, series.Count));
        }
        if (density is not null)
        {
            double[] x = [.. Enumerable.Range(0, 301).Select(i => from + (to - from) * i / 300)];
            var curve = new Series(SeriesKind.Line, "exact density", x, Array.ConvertAll(x, value => density(value)), Palette.Ink);
            series.Add(curve with { Dash = Palette.LongDash });
        }
        return Chart(title, new ChartModel(new Axis(xLabel), new Axis("density"), series));
    }

    /// <summary>Values over a plane as colours.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="xLabel">The horizontal axis' name, with its unit.</param>
    /// <param name="yLabel">The vertical axis' name, with its unit.</param>
    /// <param name="valueLabel">What the colours stand for.</param>
    /// <param name="x">Where the columns stand.</param>
    /// <param name="y">Where the rows stand.</param>
    /// <param name="values">The values, <c>[y.Length, x.Length]</c>.</param>
    /// <exception cref="InvalidInputException">The shape of the values is another one.</exception>
    public static Figure Heatmap(
        string title, string xLabel, string yLabel, string valueLabel, double[] x, double[] y, double[,] values)
    {
        InvalidInputException.Require(values.GetLength(0) == y.Length && values.GetLength(1) == x.Length && values.Length > 0,
            nameof(values), $"shape [{values.GetLength(0)}, {values.GetLength(1)}]", $"[{y.Length}, {x.Length}], at least one value");
        var heat = new Heat([.. x], [.. y], (double[,])values.Clone(), valueLabel);
        return Chart(title, new ChartModel(new Axis(xLabel), new Axis(yLabel), []) { Heat = heat });
    }

    private static Figure Chart(
        string title, string xLabel, string yLabel, LogAxes logAxes, SeriesKind kind, (string Name, double[] X, double[] Y)[] values)
    {
        Series[] series = [.. values.Select((one, i) => Series.Of(kind, one.Name, one.X, one.Y, i))];
        var (x, y) = (new Axis(xLabel, logAxes.HasFlag(LogAxes.X)), new Axis(yLabel, logAxes.HasFlag(LogAxes.Y)));
        return Chart(title, new ChartModel(x, y, series));
    }

    private static Figure Chart(string title, ChartModel model) => new(title, new ChartContent(model));
}
