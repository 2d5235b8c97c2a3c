using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>
/// Two-dimensional data whose shape is seen at a glance. Every set has mean zero and one scale for both axes, such that
/// E[(x² + y²)/2] = 1: the variance that the forward process ends with.
/// </summary>
public static class PointSets
{
    // Every set maps the unit square to the plane and adds Gaussian noise, here in the set's own units.
    private static readonly (string Name, Func<double, double, (double X, double Y)> Map, double Noise)[] Sets =
    [
        ("swiss-roll", SwissRoll, 0.35),
        ("two-moons", TwoMoons, 0.08),
        ("eight-gaussians", EightGaussians, 0.12),
        ("checkerboard", Checkerboard, 0),
        ("spiral", Spiral, 0.08),
    ];

    /// <summary>The names that <see cref="Generate"/> takes.</summary>
    public static IReadOnlyList<string> Names { get; } = [.. Sets.Select(set => set.Name)];

    /// <summary>Draws independent points.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="count">N, how many.</param>
    /// <param name="seed">Equal seeds give equal points; the first of many are the same as the first of few.</param>
    /// <returns>[N, 2] in double, as a new tensor that the caller owns.</returns>
    /// <exception cref="InvalidInputException">The name is unknown, or the count is below one.</exception>
    public static Tensor Generate(string name, int count, int seed)
    {
        if (Array.Find(Sets, known => known.Name == name) is not { Name: not null } set)
        {
            throw new InvalidInputException("points", $"\"{name}\"", string.Join(", ", Names));
        }

        InvalidInputException.Require(count >= 1, "count", $"{count}", "a whole number from 1");
        var (meanX, meanY, scale) = Moments(set.Map, set.Noise);
        double[] points = new double[2 * count];
        for (int i = 0; i < count; i++)
        {
            var random = new SplitMix(seed, i);
            var (x, y) = set.Map(random.Uniform(), random.Uniform());
            var (noiseX, noiseY) = random.Gaussians();
            points[2 * i] = (x - meanX + set.Noise * noiseX) / scale;
            points[2 * i + 1] = (y - meanY + set.Noise * noiseY) / scale;
        }

        return tensor(points, [count, 2]);
    }

    /// <summary>Mean and root mean square of the distribution itself, so that they do not depend on the points drawn.</summary>
    private static (double MeanX, double MeanY, double Scale) Moments(Func<double, double, (double X, double Y)> map, double noise)
    {
        // A power of two, for the edges of the piecewise sets then fall between the midpoints.
        const int Side = 256;
        double sumX = 0, sumY = 0, squares = 0;
        for (int i = 0; i < Side; i++)
        {
            for (int j = 0; j < Side; j++)
            {
                var (x, y) = map((i + 0.5) / Side, (j + 0.5) / Side);
                sumX += x;
                sumY += y;
                squares += x * x + y * y;
            }
        }

        const double Count = (double)Side * Side;
        double meanX = sumX / Count, meanY = sumY / Count;
        return (meanX, meanY, Math.Sqrt((squares / Count - meanX * meanX - meanY * meanY) / 2 + noise * noise));
    }

    private static (double X, double Y) SwissRoll(double u, double v)
    {
        // By the square root the density along the roll is even.
        double angle = Math.PI * Math.Sqrt(1.5 * 1.5 + u * (4.5 * 4.5 - 1.5 * 1.5));
        return (angle * Math.Cos(angle), angle * Math.Sin(angle));
    }

    private static (double X, double Y) TwoMoons(double u, double v)
    {
        double angle = Math.PI * u;
        return v < 0.5 ? (Math.Cos(angle), Math.Sin(angle)) : (1 - Math.Cos(angle), 0.5 - Math.Sin(angle));
    }

    private static (double X, double Y) EightGaussians(double u, double v)
    {
        double angle = Math.Floor(8 * u) * Math.PI / 4;
        return (2 * Math.Cos(angle), 2 * Math.Sin(angle));
    }

    private static (double X, double Y) Checkerboard(double u, double v)
    {
        // Four columns of two cells each; every second column is one cell lower.
        double x = 4 * u, y = 2 * v;
        return (x, Math.Floor(y) + y + Math.Floor(x) % 2);
    }

    private static (double X, double Y) Spiral(double u, double v)
    {
        // Two arms, each the other turned by half a turn.
        double angle = 3 * Math.PI * Math.Sqrt(u), radius = angle / Math.PI, side = v < 0.5 ? 1 : -1;
        return (side * radius * Math.Cos(angle), side * radius * Math.Sin(angle));
    }
}
