using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Every term of one step of the sampling equation, each a tensor of the shape of x_t. Owns them all.</summary>
/// <param name="EstimatedNoise">ε̂, the denoiser's answer (article §2.1.2).</param>
/// <param name="EstimatedSample">x̂0 = (x_t − √(1−ᾱ_t)·ε̂)/√ᾱ_t, the forward equation rearranged (article §2.1.1).</param>
/// <param name="EstimatedPrevious">x̂0 + ε̂, the estimated noisy sample (article §2.1.3).</param>
/// <param name="ScaledPrevious">√ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂, the same with its two factors (article §2.1.4).</param>
/// <param name="RandomTerm">σ·z, the random generation factor (article §2.2).</param>
/// <param name="Next">x_s = ScaledPrevious + RandomTerm.</param>
public sealed record SamplingTerms(
    Tensor EstimatedNoise,
    Tensor EstimatedSample,
    Tensor EstimatedPrevious,
    Tensor ScaledPrevious,
    Tensor RandomTerm,
    Tensor Next) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        EstimatedNoise.Dispose();
        EstimatedSample.Dispose();
        EstimatedPrevious.Dispose();
        ScaledPrevious.Dispose();
        RandomTerm.Dispose();
        Next.Dispose();
    }
}
