using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>What a search for strides works with, in the scope that is open.</summary>
/// <param name="Denoiser">Answers for exactly this batch.</param>
/// <param name="Data">Clean samples, [N, …].</param>
/// <param name="Start">Pure noise, [N, …].</param>
internal sealed record SearchBatch(IDenoiser Denoiser, Tensor Data, Tensor Start)
{
    /// <summary>
    /// The numbers of all samples of a network together, about: a search asks the network for every timestep of them, which takes minutes
    /// for pictures of 16×16.
    /// </summary>
    public const int NetworkNumbers = 8192;

    /// <summary>The most samples: what a search takes of a mixture, and of a network's small samples.</summary>
    public const int MaxSamples = 2048;

    /// <summary>Samples of a mixture, with its exact denoiser.</summary>
    public static SearchBatch Of(GaussianMixture mixture, int seed) => new(
        new GaussianMixtureDenoiser(mixture),
        mixture.Sample(MaxSamples, seed + SeedOffset.Data),
        Noise.Gaussian([MaxSamples, mixture.Dimensions], seed, ScalarType.Float64));
}
