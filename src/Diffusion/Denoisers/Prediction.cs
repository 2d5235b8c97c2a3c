using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A denoiser's answer, and the two estimates that follow from it.</summary>
/// <param name="Target">What <paramref name="Value"/> estimates.</param>
/// <param name="Value">The answer, of the shape of the noisy input.</param>
/// <param name="Noise">
/// The estimated noise, where the denoiser knows it better than the difference (x − √ᾱ·x̂0)/√(1−ᾱ) gives it, which loses
/// digits near ᾱ = 1; otherwise null.
/// </param>
public readonly record struct Prediction(PredictionTarget Target, Tensor Value, Tensor? Noise = null) : IDisposable
{
    /// <summary>x̂0: for a noise prediction (x − √(1−ᾱ)·ε̂)/√ᾱ, the forward equation rearranged.</summary>
    /// <param name="x">The noisy input that was answered.</param>
    /// <param name="level">Its noise level.</param>
    /// <returns>A new tensor that the caller owns.</returns>
    /// <exception cref="InvalidOperationException">A noise prediction at ᾱ = 0, which does not determine the sample.</exception>
    public Tensor EstimatedSample(Tensor x, NoiseLevel level)
    {
        switch (Target)
        {
            case PredictionTarget.Sample:
                return Value.clone();
            case PredictionTarget.Velocity:
                return x.Times(level.SignalRate).AddInPlace(Value, -level.NoiseRate);
            default:
                RefusePureNoise(level);
                return x.Times(1 / level.SignalRate).AddInPlace(Value, -level.NoiseRate / level.SignalRate);
        }
    }

    /// <summary>ε̂: for a sample prediction (x − √ᾱ·x̂0)/√(1−ᾱ), the forward equation rearranged.</summary>
    /// <param name="x">The noisy input that was answered.</param>
    /// <param name="level">Its noise level, with ᾱ below 1.</param>
    /// <returns>A new tensor that the caller owns.</returns>
    public Tensor EstimatedNoise(Tensor x, NoiseLevel level) => Target switch
    {
        PredictionTarget.Noise => Value.clone(),
        PredictionTarget.Velocity => x.Times(level.NoiseRate).AddInPlace(Value, level.SignalRate),
        _ => Noise?.clone() ?? NoiseFrom(x, Value, level),
    };

    /// <summary>Disposes the answer's tensors.</summary>
    public void Dispose()
    {
        Value.Dispose();
        Noise?.Dispose();
    }

    /// <summary>ε̂ = (x − √ᾱ·x̂0)/√(1−ᾱ).</summary>
    internal static Tensor NoiseFrom(Tensor x, Tensor sample, NoiseLevel level) =>
        x.Times(1 / level.NoiseRate).AddInPlace(sample, -level.SignalRate / level.NoiseRate);

    internal static void RefusePureNoise(NoiseLevel level)
    {
        if (level.AlphaBar == 0)
        {
            throw new InvalidOperationException(
                "A denoiser that predicts noise cannot start at ᾱ = 0, where x̂0 = (x − ε̂)/0; take one that predicts x0 or v, or a schedule that ends above 0.");
        }
    }
}
