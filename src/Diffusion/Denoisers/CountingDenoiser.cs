using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Counts the calls of a denoiser, and the samples it answered.</summary>
/// <param name="inner">The denoiser that answers.</param>
public sealed class CountingDenoiser(IDenoiser inner) : IDenoiser
{
    /// <summary>How often the denoiser was called.</summary>
    public long Calls { get; private set; }

    /// <summary>How many samples it answered, over all calls.</summary>
    public long Samples { get; private set; }

    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        Calls++;
        Samples += x.shape[0];
        return inner.Predict(x, level);
    }
}
