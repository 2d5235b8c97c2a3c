using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Answers (noisy input, noise level) with a prediction from which the noise and the clean sample both follow.</summary>
public interface IDenoiser
{
    /// <summary>Predicts from x = √ᾱ·x0 + √(1−ᾱ)·ε.</summary>
    /// <param name="x">The noisy input, [N, …]; it is not changed.</param>
    /// <param name="level">How noisy the input is.</param>
    /// <returns>A prediction of the shape and type of <paramref name="x"/>, whose tensors the caller owns.</returns>
    Prediction Predict(Tensor x, NoiseLevel level);
}
