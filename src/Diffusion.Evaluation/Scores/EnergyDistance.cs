using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The energy distance (Székely and Rizzo 2013): 2·E‖X − Y‖ − E‖X − X′‖ − E‖Y − Y′‖ over all pairs. It is 0 only for equal
/// distributions. Its time grows with (N + M)², its memory does not.
/// </summary>
public static class EnergyDistance
{
    /// <summary>The distance between two sets, each pair of a set with itself included, so that it is never below 0.</summary>
    /// <param name="a">[N, …]: points, or pictures, which are flattened.</param>
    /// <param name="b">[M, …].</param>
    /// <returns>In the samples' own units; the squared distance of some authors' notation.</returns>
    /// <exception cref="InvalidInputException">The shapes disagree.</exception>
    public static double Distance(Tensor a, Tensor b)
    {
        SampleRows.Dimensions(a, b);
        return Math.Max(0, 2 * MeanDistance(a, b) - MeanDistance(a, a) - MeanDistance(b, b));
    }

    private static double MeanDistance(Tensor a, Tensor b)
    {
        // As many pairs as the cache holds.
        long dimensions = a.numel() / a.shape[0], atOnce = Math.Min(512, SampleRows.PerBlock(dimensions));
        bool same = ReferenceEquals(a, b);
        double sum = 0;
        for (long i = 0; i < a.shape[0]; i += atOnce)
        {
            using var scope = NewDisposeScope();
            var rows = SampleRows.Block(a, i, atOnce);

            // Of a set with itself, half the blocks mirror the other half.
            for (long j = same ? i : 0; j < b.shape[0]; j += atOnce)
            {
                using var block = NewDisposeScope();
                int times = same && j > i ? 2 : 1;
                var distances = cdist(rows, SampleRows.Block(b, j, atOnce), 2, compute_mode.donot_use_mm_for_euclid_dist).sum(1);
                foreach (double distance in distances.data<double>())
                {
                    sum += times * distance;
                }
            }
        }

        return sum / a.shape[0] / b.shape[0];
    }
}
