using Diffusion.Plots.Drawing;
using static TorchSharp.torch;

namespace Diffusion.Plots;

public static partial class Figures
{
    // An SVG of more markers makes a browser slow, and shows nothing more.
    private const int MaxPoints = 4000;

    /// <summary>Clouds of points in the plane, both axes to the same scale.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="clouds">
    /// Each cloud's name and its points <c>[N, 2]</c>; of a large cloud every k-th point is drawn, and its name says so.
    /// </param>
    /// <exception cref="InvalidInputException">A tensor has another shape.</exception>
    public static Figure Points(string title, params (string Name, Tensor Points)[] clouds) => Plane(title, clouds.Select((cloud, i) =>
    {
        var (x, y) = Coordinates(cloud.Name, cloud.Points);
        var step = (x.Length + MaxPoints - 1) / MaxPoints;
        if (step <= 1)
        {
            return Series.Of(SeriesKind.Points, cloud.Name, x, y, i);
        }
        var (drawnX, drawnY) = (Every(step, 0, x), Every(step, 0, y));
        return Series.Of(SeriesKind.Points, $"{cloud.Name} ({drawnX.Length} of {x.Length} drawn)", drawnX, drawnY, i);
    }));

    /// <summary>Paths through the plane, such as samples on their way from noise to data, both axes to the same scale.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="paths">Each path's name and its stops <c>[K, 2]</c> in order.</param>
    /// <exception cref="InvalidInputException">A tensor has another shape.</exception>
    public static Figure Paths(string title, params (string Name, Tensor Stops)[] paths) => Plane(title, paths.Select((path, i) =>
    {
        var (x, y) = Coordinates(path.Name, path.Stops);
        return Series.Of(SeriesKind.Line, path.Name, x, y, i);
    }));

    private static Figure Plane(string title, IEnumerable<Series> series) =>
        Chart(title, new ChartModel(new Axis("x₁"), new Axis("x₂"), [.. series]) { EqualAspect = true });

    private static (double[] X, double[] Y) Coordinates(string name, Tensor points)
    {
        InvalidInputException.Require(points.shape is [_, 2], $"\"{name}\"", $"shape [{string.Join(", ", points.shape)}]", "[N, 2]");
        var values = Values(points);
        return (Every(2, 0, values), Every(2, 1, values));
    }

    private static double[] Every(int step, int first, double[] values) => [.. values.Where((_, i) => i % step == first)];

    private static double[] Values(Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.detach().cpu().to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }
}
