using Diffusion.Plots.Drawing;
using static TorchSharp.torch;

namespace Diffusion.Plots;

public static partial class Figures
{
    // An SVG of more markers makes a browser slow, and shows nothing more.
    private const int MostPoints = 4000;

    /// <summary>Clouds of points in the plane, both axes to the same scale.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="clouds">Each cloud's name and its points <c>[N, 2]</c>; of a large cloud every k-th point is drawn, and its name says so.</param>
    /// <exception cref="ArgumentException">A tensor has another shape.</exception>
    public static Figure Points(string title, params (string Name, Tensor Points)[] clouds) =>
        Points(title, Array.ConvertAll(clouds, cloud => (cloud.Name, Tensors.Rows(cloud.Points, 2))));

    /// <summary>Clouds of points in the plane, both axes to the same scale.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="clouds">Each cloud's name and its points <c>[N, 2]</c>; of a large cloud every k-th point is drawn, and its name says so.</param>
    /// <exception cref="ArgumentException">An array has another shape.</exception>
    public static Figure Points(string title, params (string Name, double[,] Points)[] clouds)
    {
        var series = new List<Series>();
        foreach (var (name, points) in clouds)
        {
            Require(points.GetLength(1) == 2, $"Cloud \"{name}\" takes a shape [N, 2]; got [{points.GetLength(0)}, {points.GetLength(1)}].", nameof(clouds));
            var count = points.GetLength(0);
            var step = (count + MostPoints - 1) / MostPoints;
            var drawn = step > 1 ? (count + step - 1) / step : count;
            var (x, y) = (new double[drawn], new double[drawn]);
            for (var i = 0; i < drawn; i++)
            {
                (x[i], y[i]) = (points[i * Math.Max(step, 1), 0], points[i * Math.Max(step, 1), 1]);
            }
            var label = step > 1 ? $"{name} ({drawn} of {count} drawn)" : name;
            series.Add(Series.Of(SeriesKind.Points, label, x, y, series.Count));
        }
        return Plane(title, series);
    }

    /// <summary>Paths through the plane, such as samples on their way from noise to data, both axes to the same scale.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="paths">Each path's name and its stops <c>[K, 2]</c> in order.</param>
    /// <exception cref="ArgumentException">An array has another shape.</exception>
    public static Figure Paths(string title, params (string Name, double[,] Stops)[] paths)
    {
        var series = new List<Series>();
        foreach (var (name, stops) in paths)
        {
            Require(stops.GetLength(1) == 2, $"Path \"{name}\" takes a shape [K, 2]; got [{stops.GetLength(0)}, {stops.GetLength(1)}].", nameof(paths));
            var rows = Enumerable.Range(0, stops.GetLength(0));
            series.Add(Series.Of(SeriesKind.Line, name, [.. rows.Select(i => stops[i, 0])], [.. rows.Select(i => stops[i, 1])], series.Count));
        }
        return Plane(title, series);
    }

    /// <summary>Paths through the plane, such as samples on their way from noise to data, both axes to the same scale.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="paths">Each path's name and its stops <c>[K, 2]</c> in order.</param>
    /// <exception cref="ArgumentException">A tensor has another shape.</exception>
    public static Figure Paths(string title, params (string Name, Tensor Stops)[] paths) =>
        Paths(title, Array.ConvertAll(paths, path => (path.Name, Tensors.Rows(path.Stops, 2))));

    private static Figure Plane(string title, List<Series> series) =>
        Chart(title, new ChartModel(new Axis("x₁"), new Axis("x₂"), series) { EqualAspect = true });
}
