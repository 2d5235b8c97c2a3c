using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// x_s = √ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂ + σ·z (Song et al. 2021, eq. 12), with every term by its name. Samplers use the
/// same equation as three numbers (<see cref="StepRule"/>); a test holds the two equal.
/// </summary>
public static class SamplingEquation
{
    /// <summary>All terms of the step t → s.</summary>
    /// <param name="x">x_t, the noisy input, [N, …].</param>
    /// <param name="prediction">The denoiser's answer to x_t.</param>
    /// <param name="jump">t → s.</param>
    /// <param name="eta">η in [0, 1]: σ(η)² = η²·β̃.</param>
    /// <param name="z">Fresh noise of the shape of x, or null for none, which counts as zero.</param>
    /// <param name="bound">x̂0 is clipped to ±bound and ε̂ computed again from it; null for no bound.</param>
    /// <returns>The terms, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">η or the bound is out of range, or a shape is not that of x.</exception>
    public static SamplingTerms Terms(Tensor x, Prediction prediction, Jump jump, double eta = 0, Tensor? z = null, double? bound = null)
    {
        TensorShapes.RequireSame(prediction.Value, x, nameof(prediction), "the shape of the noisy input");
        if (z is not null)
        {
            TensorShapes.RequireSame(z, x, nameof(z), "the shape of the noisy input");
        }

        double? limit = bound is { } given ? SampleBound.Of(given).For(x) : null;
        return Terms(x, prediction, jump, eta, Math.Sqrt(jump.Variance(eta)), z, limit, scaledPrevious: null);
    }

    /// <summary>The same where σ is not σ(η) (ancestral with the large variance), or F has already computed the scaled term.</summary>
    internal static SamplingTerms Terms(
        Tensor x, Prediction prediction, Jump jump, double eta, double sigma, Tensor? z, double? bound, Tensor? scaledPrevious)
    {
        using var scope = NewDisposeScope();
        var (sample, noise) = Estimates(x, prediction, jump.From, bound);
        var previous = sample.Plus(noise);
        var scaled = scaledPrevious?.clone() ?? sample.Times(jump.To.SignalRate).AddInPlace(noise, jump.NoiseRate(eta));
        var random = z is null ? zeros_like(x) : z.Times(sigma);
        return new(
            noise.DetachFromDisposeScope(),
            sample.DetachFromDisposeScope(),
            previous.DetachFromDisposeScope(),
            scaled.DetachFromDisposeScope(),
            random.DetachFromDisposeScope(),
            scaled.Plus(random).DetachFromDisposeScope());
    }

    /// <summary>x̂0 and ε̂, with x̂0 inside the bound and ε̂ in keeping with it.</summary>
    internal static (Tensor Sample, Tensor Noise) Estimates(Tensor x, Prediction prediction, NoiseLevel level, double? bound)
    {
        var sample = prediction.EstimatedSample(x, level);
        if (bound is not { } limit)
        {
            return (sample, prediction.EstimatedNoise(x, level));
        }

        sample.ClampInPlace(limit);
        return (sample, Prediction.NoiseFrom(x, sample, level));
    }
}
