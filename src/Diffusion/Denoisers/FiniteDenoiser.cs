using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Refuses an answer that holds NaN or an infinity, where it first appears.</summary>
/// <param name="inner">The denoiser that answers.</param>
public sealed class FiniteDenoiser(IDenoiser inner) : IDenoiser
{
    /// <inheritdoc/>
    /// <exception cref="InvalidOperationException">The answer is not finite.</exception>
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        Prediction prediction = inner.Predict(x, level);
        using Tensor finite = prediction.Value.isfinite();
        using Tensor all = finite.all();
        if (all.item<bool>())
        {
            return prediction;
        }

        prediction.Dispose();
        throw new InvalidOperationException(FormattableString.Invariant(
            $"The denoiser answered with NaN or an infinity at ᾱ = {level.AlphaBar}."));
    }
}
