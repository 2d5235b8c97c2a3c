using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class DistanceTests
{
    public static TheoryData<string> Names => ["sliced Wasserstein", "energy"];

    [Theory]
    [MemberData(nameof(Names))]
    public void Distances_are_zero_for_a_set_and_itself_symmetric_and_blind_to_order(string name)
    {
        using var scope = NewDisposeScope();
        var distance = Distance(name);
        for (ulong seed = 0; seed < 5; seed++)
        {
            using var generator = new Generator(seed, CPU);
            long dimensions = 1 + (long)seed;
            var a = randn([37, dimensions], ScalarType.Float64, generator: generator);
            var b = randn([23, dimensions], ScalarType.Float64, generator: generator) + 0.3;
            Assert.Equal(0, distance(a, a), 1e-12);
            Assert.True(distance(a, b) > 0.01);
            Assert.Equal(distance(a, b), distance(b, a), 1e-12);
            Assert.Equal(distance(a, b), distance(a.index_select(0, randperm(37, generator: generator)), b), 1e-12);

            // Every sample twice is the same distribution.
            Assert.Equal(distance(a, b), distance(cat([a, a], 0), b), 1e-12);
            Assert.Equal(0, distance(cat([a, a, a], 0), a), 1e-12);

            // Both are lengths: they scale with their space, and do not see a common shift.
            Assert.Equal(3 * distance(a, b), distance(3 * a + 7, 3 * b + 7), 1e-11);
        }
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2 / Math.PI)]
    public void Sliced_Wasserstein_of_a_shift_is_the_shift_seen_along_the_directions(int dimensions, double part)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(1, CPU);
        var a = randn([500, dimensions], ScalarType.Float64, generator: generator);
        var shift = zeros([dimensions], ScalarType.Float64);
        shift[0] = 1.75;

        // The mean of |cos| over all directions of the plane is 2/π; 64 of them give it to a few parts in 10⁴.
        Assert.Equal(1.75 * part, SlicedWasserstein.Distance(a, a + shift), 1e-3);
    }

    [Fact]
    public void Sliced_Wasserstein_on_a_line_is_the_area_between_the_distribution_functions()
    {
        using var scope = NewDisposeScope();
        var random = new Random(4);
        for (int trial = 0; trial < 20; trial++)
        {
            double[] a = Draw(random.Next(1, 12)), b = Draw(random.Next(1, 12));
            double[] edges = [.. a.Concat(b).Order()];
            double area = 0;
            for (int i = 1; i < edges.Length; i++)
            {
                double middle = (edges[i] + edges[i - 1]) / 2;
                double ofA = (double)a.Count(x => x < middle) / a.Length, ofB = (double)b.Count(x => x < middle) / b.Length;
                area += (edges[i] - edges[i - 1]) * Math.Abs(ofA - ofB);
            }

            Assert.Equal(area, SlicedWasserstein.Distance(tensor(a, [a.Length, 1]), tensor(b, [b.Length, 1])), 1e-12);
        }

        double[] Draw(int count) => [.. Enumerable.Range(0, count).Select(_ => random.NextDouble() * 4)];
    }

    [Fact]
    public void The_64_directions_are_of_length_one_and_fixed()
    {
        using var scope = NewDisposeScope();
        foreach (long dimensions in new long[] { 1, 2, 3, 768 })
        {
            var directions = SlicedWasserstein.DirectionsIn(dimensions);
            Assert.Equal([64, dimensions], directions.shape);
            Assert.True((directions.pow(2).sum(1) - 1).abs().max().item<double>() < 1e-12);
            Assert.Equal(directions.data<double>().ToArray(), SlicedWasserstein.DirectionsIn(dimensions).data<double>().ToArray());
        }
    }

    [Fact]
    public void Pictures_are_compared_as_their_flattened_numbers()
    {
        using var scope = NewDisposeScope();
        Tensor a = rand(9, 3, 8, 8), b = rand(7, 3, 8, 8);
        Assert.Equal(SlicedWasserstein.Distance(a.flatten(1), b.flatten(1)), SlicedWasserstein.Distance(a, b));
        Assert.Equal(EnergyDistance.Distance(a.flatten(1), b.flatten(1)), EnergyDistance.Distance(a, b));
    }

    [Fact]
    public void Energy_distance_of_two_points_is_twice_their_distance()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(10, EnergyDistance.Distance(tensor([0.0, 0.0], [1, 2]), tensor([3.0, 4.0], [1, 2])), 1e-12);
    }

    [Fact]
    public void Energy_distance_of_shifted_Gaussians_is_the_known_one()
    {
        // X − Y ~ N(1, 2), whose E|·| is (2/√π)·e^(−1/4) + erf(1/2); E|X − X′| = 2/√π; and erf(1/2) = 0.5204999.
        double expected = 2 * (2 / Math.Sqrt(Math.PI) * (Math.Exp(-0.25) - 1) + 0.5204999);
        using var scope = NewDisposeScope();
        using var generator = new Generator(3, CPU);
        var a = randn([4000, 1], ScalarType.Float64, generator: generator);
        var b = randn([4000, 1], ScalarType.Float64, generator: generator) + 1;
        Assert.Equal(expected, EnergyDistance.Distance(a, b), 0.06);
    }

    [Fact]
    public void Blocks_do_not_show_in_the_result()
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(5, CPU);

        // More than one block of the energy distance's rows, and of the sliced distance's directions.
        var a = randn([20_000, 2], ScalarType.Float64, generator: generator);
        var angles = (arange(64, ScalarType.Float64) + 0.5) * (Math.PI / 64);
        var directions = stack([angles.cos(), angles.sin()], 0);
        var whole = (matmul(a, directions).sort(0).Values - matmul(a + 0.25, directions).sort(0).Values).abs().mean();
        Assert.Equal(whole.item<double>(), SlicedWasserstein.Distance(a, a + 0.25), 1e-12);
        var few = a.narrow(0, 0, 2500);
        var other = a.narrow(0, 5000, 2100) * 1.5;
        double direct = (2 * cdist(few, other).mean() - cdist(few, few, 2, compute_mode.donot_use_mm_for_euclid_dist).mean()
            - cdist(other, other, 2, compute_mode.donot_use_mm_for_euclid_dist).mean()).item<double>();
        Assert.Equal(direct, EnergyDistance.Distance(few, other), 1e-9);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Sets_that_cannot_be_compared_are_refused(string name)
    {
        using var scope = NewDisposeScope();
        var distance = Distance(name);
        Refuse(zeros(3, 2), zeros(3, 3), "[3, 2] and [3, 3]");
        Refuse(zeros(0, 2), zeros(3, 2), "[0, 2] and [3, 2]");
        Refuse(zeros(3, 2), zeros(0, 2), "[3, 2] and [0, 2]");
        Refuse(zeros(3), zeros(3), "[3] and [3]");

        void Refuse(Tensor a, Tensor b, string got) => Refused.With("samples", got, "alike but for their counts", () => distance(a, b));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void No_tensor_is_left_behind(string name)
    {
        using Tensor a = rand(50, 3), b = rand(60, 3);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Distance(name)(a, b);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    private static Func<Tensor, Tensor, double> Distance(string name) =>
        name == "energy" ? EnergyDistance.Distance : SlicedWasserstein.Distance;
}
