using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The sliced Wasserstein distance (Bonneel et al. 2015): two sets of samples, projected onto directions, and the mean
/// over the directions of how far one set's mass must be moved to become the other.
/// </summary>
public static class SlicedWasserstein
{
    /// <summary>The number of directions.</summary>
    public const int Directions = 64;

    private const ulong DirectionSeed = 64;

    /// <summary>The distance along 64 fixed directions; a metric along each, exact also for sets of different counts.</summary>
    /// <remarks>In the plane the directions divide half a turn evenly; in more dimensions they are drawn once, from a fixed seed.</remarks>
    /// <param name="a">[N, …]: points, or pictures, which are flattened.</param>
    /// <param name="b">[M, …].</param>
    /// <returns>At least 0, in the samples' own units.</returns>
    /// <exception cref="InvalidInputException">The shapes disagree.</exception>
    public static double Distance(Tensor a, Tensor b) => Distance(a, b, order: 1);

    /// <summary>The distance Wp of an order: (mean over the directions of ∫|F⁻¹ − G⁻¹|^p)^(1/p).</summary>
    /// <param name="a">[N, …]: points, or pictures, which are flattened.</param>
    /// <param name="b">[M, …].</param>
    /// <param name="order">p, 1 or 2.</param>
    /// <returns>At least 0, in the samples' own units.</returns>
    /// <exception cref="InvalidInputException">The shapes disagree, or the order is another.</exception>
    public static double Distance(Tensor a, Tensor b, int order)
    {
        InvalidInputException.Require(order is 1 or 2, nameof(order), $"{order}", "1 or 2");
        long dimensions = SampleRows.Dimensions(a, b);
        using var scope = NewDisposeScope();
        var directions = DirectionsIn(dimensions);
        var plan = Transport(a.shape[0], b.shape[0]);
        double sum = 0;

        // A few directions at a time, for a set may be large.
        long atOnce = Math.Clamp(SampleRows.PerBlock(Math.Max(a.shape[0], b.shape[0])), 1, Directions);
        for (long begin = 0; begin < Directions; begin += atOnce)
        {
            using var block = NewDisposeScope();
            var some = directions.narrow(0, begin, Math.Min(atOnce, Directions - begin));
            var moved = Sorted(a, some).index_select(1, plan.A).AddInPlace(Sorted(b, some).index_select(1, plan.B), -1).abs_();
            moved = (order == 1 ? moved : moved.Squared()).mul_(plan.Mass).sum(1);
            foreach (double distance in moved.data<double>())
            {
                sum += distance;
            }
        }

        return Math.Pow(sum / Directions, 1.0 / order);
    }

    /// <summary>[64, D], each row of length one.</summary>
    internal static Tensor DirectionsIn(long dimensions)
    {
        if (dimensions == 2)
        {
            var angles = tensor([.. Enumerable.Range(0, (int)Directions).Select(i => (i + 0.5) * (Math.PI / Directions))]);
            return stack([angles.cos(), angles.sin()], 1);
        }

        using var generator = new Generator(DirectionSeed, CPU);
        var directions = randn([Directions, dimensions], ScalarType.Float64, generator: generator);
        return directions / directions.Squared().sum(1, keepdim: true).sqrt();
    }

    /// <summary>[directions, N], each row in rising order.</summary>
    private static Tensor Sorted(Tensor samples, Tensor directions)
    {
        using var scope = NewDisposeScope();
        var projected = empty([directions.shape[0], samples.shape[0]], ScalarType.Float64);
        long atOnce = SampleRows.PerBlock(directions.shape[1]);
        for (long begin = 0; begin < samples.shape[0]; begin += atOnce)
        {
            using var block = NewDisposeScope();
            var rows = SampleRows.Block(samples, begin, atOnce);
            projected.narrow(1, begin, rows.shape[0]).copy_(matmul(directions, rows.t()));
        }

        return projected.sort(1).Values.MoveToOuterDisposeScope();
    }

    /// <summary>The optimal plan on a line: which place of one sorted set gives which mass to which place of the other.</summary>
    private static (Tensor A, Tensor B, Tensor Mass) Transport(long n, long m)
    {
        var a = new List<long>();
        var b = new List<long>();
        var mass = new List<double>();
        for (long i = 0, j = 0; i < n && j < m;)
        {
            // In units of 1/(n·m), so that no rounding adds up.
            long endA = (i + 1) * m, endB = (j + 1) * n, end = Math.Min(endA, endB);
            a.Add(i);
            b.Add(j);
            mass.Add((double)(end - Math.Max(i * m, j * n)) / ((double)n * m));
            i += endA == end ? 1 : 0;
            j += endB == end ? 1 : 0;
        }

        return (tensor(a.ToArray()), tensor(b.ToArray()), tensor(mass.ToArray()));
    }
}
