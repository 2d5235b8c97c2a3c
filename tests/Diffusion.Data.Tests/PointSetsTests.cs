using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public class PointSetsTests
{
    public static TheoryData<string> Names => [.. PointSets.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_set_has_mean_zero_and_unit_mean_square(string name)
    {
        const int Count = 100_000;
        using var scope = NewDisposeScope();
        var points = PointSets.Generate(name, Count, seed: 1);
        Assert.Equal([Count, 2], points.shape);
        Assert.Equal(ScalarType.Float64, points.dtype);

        // Coordinates are bounded by about 3, so five standard errors are well inside these.
        Assert.True(points.mean([0L]).abs().max().item<double>() < 5 * 1.5 / Math.Sqrt(Count));
        Assert.Equal(1, points.pow(2).mean().item<double>(), 5 * 1.5 / Math.Sqrt(Count));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_first_of_many_are_the_first_of_few_and_seeds_differ(string name)
    {
        using var scope = NewDisposeScope();
        double[] many = PointSets.Generate(name, 50, seed: 7).data<double>().ToArray();
        Assert.Equal(many[..20], PointSets.Generate(name, 10, seed: 7).data<double>().ToArray());
        Assert.Empty(many.Intersect(PointSets.Generate(name, 50, seed: 8).data<double>().ToArray()));
    }

    [Fact]
    public void Eight_Gaussians_are_eight_on_a_circle()
    {
        using var scope = NewDisposeScope();
        int[] counts = new int[8];
        double[] points = PointSets.Generate("eight-gaussians", 8000, seed: 2).data<double>().ToArray();
        double radius = 2 / Math.Sqrt((4 + 2 * 0.12 * 0.12) / 2);
        for (int i = 0; i < points.Length; i += 2)
        {
            double turn = Math.Atan2(points[i + 1], points[i]) / (Math.PI / 4);
            int mode = (int)Math.Round(turn + 8) % 8;
            counts[mode]++;
            double dx = points[i] - radius * Math.Cos(mode * Math.PI / 4), dy = points[i + 1] - radius * Math.Sin(mode * Math.PI / 4);
            Assert.True(Math.Sqrt(dx * dx + dy * dy) < 6 * 0.12 * radius / 2);
        }

        Assert.All(counts, count => Assert.InRange(count, 1000 - 5 * 30, 1000 + 5 * 30));
    }

    [Fact]
    public void The_checkerboard_fills_every_second_cell()
    {
        using var scope = NewDisposeScope();
        double[] points = PointSets.Generate("checkerboard", 20_000, seed: 3).data<double>().ToArray();

        // Cells of side 1 in its own units, variance 16/12 an axis, centred.
        double unit = 1 / Math.Sqrt(16.0 / 12);
        var cells = new Dictionary<(int, int), int>();
        for (int i = 0; i < points.Length; i += 2)
        {
            var cell = ((int)Math.Floor(points[i] / unit + 2), (int)Math.Floor(points[i + 1] / unit + 2));
            cells[cell] = cells.GetValueOrDefault(cell) + 1;
        }

        Assert.Equal(8, cells.Count);
        Assert.Single(cells.Keys.Select(cell => (cell.Item1 + cell.Item2) % 2).Distinct());
        Assert.All(cells.Values, count => Assert.InRange(count, 2500 - 250, 2500 + 250));
    }

    [Fact]
    public void Unknown_names_and_counts_give_one_line()
    {
        Refused.With("points", "\"swissroll\"", "swiss-roll", () => PointSets.Generate("swissroll", 10, 1));
        Refused.With("count", "0", "from 1", () => PointSets.Generate("spiral", 0, 1));
    }
}
