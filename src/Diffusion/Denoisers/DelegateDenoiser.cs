using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A denoiser from a lambda, for experiments in a cell.</summary>
/// <param name="target">What the lambda estimates.</param>
/// <param name="predict">(x, level) → the estimate, a new tensor of the shape of x.</param>
public sealed class DelegateDenoiser(PredictionTarget target, Func<Tensor, NoiseLevel, Tensor> predict) : IDenoiser
{
    /// <inheritdoc/>
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        // The caller disposes the answer and goes on with x, so (x, _) => x must not hand x itself out.
        Tensor answer = predict(x, level);
        return new(target, ReferenceEquals(answer, x) ? x.clone() : answer);
    }
}
