using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A step as three numbers: x_s = Noisy·x_t + Sample·x̂0 + Random·z.</summary>
/// <param name="Noisy">The factor of the noisy input x_t.</param>
/// <param name="Sample">The factor of the estimated sample x̂0.</param>
/// <param name="Random">The factor of fresh noise z ~ N(0, I).</param>
public readonly record struct StepCoefficients(double Noisy, double Sample, double Random)
{
    /// <summary>The step to t = 0, for every rule: the sampling equation at ᾱ_s = 1, which is x̂0 itself.</summary>
    public static StepCoefficients ToClean => new(0, 1, 0);

    /// <summary>The two factors of x_t and of what the denoiser answered, when it is not x̂0 itself.</summary>
    /// <param name="target">What the denoiser answers.</param>
    /// <param name="level">The level of x_t.</param>
    internal (double Noisy, double Value) For(PredictionTarget target, NoiseLevel level) => target switch
    {
        PredictionTarget.Sample => (Noisy, Sample),
        PredictionTarget.Velocity => (Noisy + Sample * level.SignalRate, -Sample * level.NoiseRate),
        _ => (Noisy + Sample / level.SignalRate, -Sample * level.NoiseRate / level.SignalRate),
    };

    /// <summary>Noisy·x_t + Sample·x̂0 in place of x_t, with x̂0 taken from what the denoiser answered.</summary>
    /// <param name="x">x_t, which becomes x_s but for the random term.</param>
    /// <param name="estimate">The estimate at x_t, which is not changed.</param>
    /// <param name="level">The level of x_t.</param>
    internal void Apply(Tensor x, Prediction estimate, NoiseLevel level)
    {
        var (noisy, value) = For(estimate.Target, level);
        x.ScaleInPlace(noisy).AddInPlace(estimate.Value, value);
    }
}
