using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>How samples stand to a Gaussian mixture that should have made them.</summary>
public static class MixtureScores
{
    /// <summary>
    /// The part of the samples in each mode: the mean responsibility of each component. For samples of the mixture itself
    /// its expectation is the weight, exactly, also where modes overlap.
    /// </summary>
    /// <param name="mixture">The truth.</param>
    /// <param name="samples">[N, D].</param>
    /// <returns>K numbers that sum to one.</returns>
    /// <exception cref="InvalidInputException">The samples are of another shape.</exception>
    public static double[] ModeWeights(GaussianMixture mixture, Tensor samples)
    {
        double[] sums = new double[mixture.Count];
        foreach (Tensor joint in Joint(mixture, samples))
        {
            double[] block = softmax(joint, 1).sum(dim: 0).data<double>().ToArray();
            for (int k = 0; k < sums.Length; k++)
            {
                sums[k] += block[k];
            }
        }

        return [.. sums.Select(sum => sum / samples.shape[0])];
    }

    /// <summary>The mean of log p(x) over the samples, in nats.</summary>
    /// <param name="mixture">The truth.</param>
    /// <param name="samples">[N, D].</param>
    /// <exception cref="InvalidInputException">The samples are of another shape.</exception>
    public static double MeanLogLikelihood(GaussianMixture mixture, Tensor samples)
    {
        double sum = 0;
        foreach (Tensor joint in Joint(mixture, samples))
        {
            foreach (double density in logsumexp(joint, 1).data<double>())
            {
                sum += density;
            }
        }

        return sum / samples.shape[0];
    }

    /// <summary>log(w_k·N(x; μ_k, s_k²)), block by block, [n, K]; each lives until the next is asked for.</summary>
    private static IEnumerable<Tensor> Joint(GaussianMixture mixture, Tensor samples)
    {
        InvalidInputException.Require(samples.dim() == 2 && samples.shape[0] >= 1 && samples.shape[1] == mixture.Dimensions,
            "samples", $"shape {TensorShapes.Text(samples)}", $"[N, {mixture.Dimensions}], as the mixture has it");
        long atOnce = SampleRows.PerBlock(Math.Max(mixture.Count, mixture.Dimensions));
        for (long begin = 0; begin < samples.shape[0]; begin += atOnce)
        {
            using var scope = NewDisposeScope();
            yield return mixture.LogJoint(SampleRows.Block(samples, begin, atOnce), NoiseLevel.Clean);
        }
    }
}
