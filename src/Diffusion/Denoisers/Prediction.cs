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

/// <summary>What a denoiser's answer estimates.</summary>
public enum PredictionTarget
{
    /// <summary>The noise ε (Ho et al. 2020).</summary>
    Noise,

    /// <summary>The clean sample x0.</summary>
    Sample,

    /// <summary>v = √ᾱ·ε − √(1−ᾱ)·x0 (Salimans &amp; Ho 2022).</summary>
    Velocity,
}

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
    /// <returns>A tensor that the caller owns; where the answer is x̂0 itself, it shares the answer's memory.</returns>
    /// <exception cref="InvalidInputException">A noise prediction at ᾱ = 0, which does not determine the sample.</exception>
    public Tensor EstimatedSample(Tensor x, NoiseLevel level)
    {
        switch (Target)
        {
            case PredictionTarget.Sample:
                return Value.alias();
            case PredictionTarget.Velocity:
                return Combine(level.SignalRate, x, -level.NoiseRate, Value);
            default:
                RefusePureNoise(level);
                return Combine(1 / level.SignalRate, x, -level.NoiseRate / level.SignalRate, Value);
        }
    }

    /// <summary>ε̂: for a sample prediction (x − √ᾱ·x̂0)/√(1−ᾱ), the forward equation rearranged.</summary>
    /// <param name="x">The noisy input that was answered.</param>
    /// <param name="level">Its noise level, with ᾱ below 1.</param>
    /// <returns>A tensor that the caller owns; where the answer is ε̂ itself, it shares the answer's memory.</returns>
    public Tensor EstimatedNoise(Tensor x, NoiseLevel level) => Target switch
    {
        PredictionTarget.Noise => Value.alias(),
        PredictionTarget.Velocity => Combine(level.NoiseRate, x, level.SignalRate, Value),
        _ => Noise?.alias() ?? Combine(1 / level.NoiseRate, x, -level.SignalRate / level.NoiseRate, Value),
    };

    /// <summary>The same answer with x̂0 inside ±limit; ε̂ then follows from the clipped x̂0.</summary>
    internal Prediction Clipped(Tensor x, NoiseLevel level, double limit)
    {
        using Tensor sample = EstimatedSample(x, level);
        return new(PredictionTarget.Sample, sample.Clamped(limit));
    }

    /// <summary>Refuses an answer of another shape than its input, which libtorch would broadcast in silence.</summary>
    internal void RequireShapeOf(Tensor x, string field)
    {
        if (!Value.shape.AsSpan().SequenceEqual(x.shape))
        {
            throw new InvalidInputException(
                field, $"shape {TensorShapes.Text(Value)}", $"the shape of the noisy input, {TensorShapes.Text(x)}");
        }
    }

    /// <summary>Disposes the answer's tensors.</summary>
    public void Dispose()
    {
        Value.Dispose();
        Noise?.Dispose();
    }

    internal static void RefusePureNoise(NoiseLevel level) => InvalidInputException.Require(
        level.AlphaBar > 0, "denoiser", "one that predicts noise at ᾱ = 0, where x̂0 = (x − ε̂)/0",
        "one that predicts x0 or v, or a schedule that ends above 0");
}

/// <summary>
/// Whether the estimated sample x̂0 is clipped. Clean pictures lie in [−1, 1], so an estimate outside is wrong, and with few
/// steps the first one multiplies its error by √(ᾱ_s/ᾱ_t), which is in the thousands under a cosine schedule.
/// </summary>
public sealed record Clipping
{
    private readonly double? limit;

    private Clipping(double? limit) => this.limit = limit;

    /// <summary>±1 for pictures ([N, C, H, W]), none for anything else.</summary>
    public static Clipping Automatic { get; } = new(double.NaN);

    /// <summary>No clipping.</summary>
    public static Clipping None { get; } = new((double?)null);

    /// <summary>x̂0 is clipped to ±limit, and ε̂ is computed again from the clipped x̂0.</summary>
    /// <param name="limit">A positive number, in the units of the data.</param>
    /// <exception cref="InvalidInputException">The limit is not positive and finite.</exception>
    public static Clipping Of(double limit) => new(Checked(limit));

    /// <summary>The limit for samples like this one; null for none.</summary>
    internal double? For(Tensor sample) => limit is double.NaN
        ? sample.dim() == 4 ? 1 : null
        : limit;

    internal static double Checked(double limit) => double.IsFinite(limit) && limit > 0
        ? limit
        : throw new InvalidInputException("clip", FormattableString.Invariant($"{limit}"), "a positive number");
}
