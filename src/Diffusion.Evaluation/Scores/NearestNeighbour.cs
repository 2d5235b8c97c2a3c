using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// How far each sample is from the nearest training sample. Samples much nearer than held-out ones are copies: the network
/// has memorised.
/// </summary>
public static class NearestNeighbour
{
    private const int SamplesAtOnce = 512;

    /// <summary>The Euclidean distance of each sample to its nearest training sample. It is exactly 0 for a copy.</summary>
    /// <param name="samples">[N, …].</param>
    /// <param name="training">[M, …].</param>
    /// <returns>N distances.</returns>
    /// <exception cref="InvalidInputException">The shapes disagree.</exception>
    public static double[] Distances(Tensor samples, Tensor training)
    {
        long dimensions = SampleRows.Dimensions(samples, training);
        double[] distances = new double[samples.shape[0]];
        for (long i = 0; i < distances.Length; i += SamplesAtOnce)
        {
            using var scope = NewDisposeScope();
            var rows = SampleRows.Block(samples, i, SamplesAtOnce);
            long here = rows.shape[0], atOnce = SampleRows.PerBlock(Math.Max(dimensions, here));
            var least = tensor([.. Enumerable.Repeat(double.PositiveInfinity, (int)here)]);
            var nearest = zeros([here], ScalarType.Int64);
            for (long j = 0; j < training.shape[0]; j += atOnce)
            {
                using var block = NewDisposeScope();
                var others = SampleRows.Block(training, j, atOnce);

                // ‖y‖² − 2x·y ranks as the distance does, and is one matrix product.
                var (rank, place) = others.Squared().sum(1).Plus(matmul(rows, others.t()), -2).min(1);
                var closer = rank < least;
                least.copy_(where(closer, rank, least));
                nearest.copy_(where(closer, place.Plus(j), nearest));
            }

            // Afresh from the difference, for the products lose half the digits of a small distance.
            var differences = rows.Plus(training.detach().cpu().index_select(0, nearest).flatten(1).to(ScalarType.Float64), -1);
            differences.Squared().sum(1).sqrt().data<double>().ToArray().CopyTo(distances, i);
        }

        return distances;
    }
}
