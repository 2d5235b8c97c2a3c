using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// x_s = √ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂ + σ·z (Song et al. 2021, eq. 12), with σ(η)² = η²·β̃ (eq. 16): the step of every sampler here.
/// </summary>
/// <remarks>Song et al. write α_t for what is ᾱ_t here, as in Ho et al. 2020; their t−1 is the s of a stride.</remarks>
public static class SamplingEquation
{
    /// <summary>All terms of the step t → s.</summary>
    /// <param name="x">x_t, the noisy input, [N, …].</param>
    /// <param name="prediction">The denoiser's answer to x_t.</param>
    /// <param name="transition">t → s.</param>
    /// <param name="eta">η in [0, 1]: σ(η)² = η²·β̃.</param>
    /// <param name="z">Fresh noise of the shape of x, or null for none, which counts as zero.</param>
    /// <param name="clip">x̂0 is clipped to ±clip and ε̂ computed again from it; null for no clipping.</param>
    /// <returns>The terms, which the caller disposes.</returns>
    /// <exception cref="InvalidInputException">η or the clipping is out of range, or a shape is not that of x.</exception>
    public static SamplingTerms Terms(
        Tensor x, Prediction prediction, Transition transition, double eta = 0, Tensor? z = null, double? clip = null)
    {
        prediction.RequireShapeOf(x, nameof(prediction));
        if (z is not null)
        {
            TensorShapes.RequireSame(z, x, nameof(z), "the shape of the noisy input");
        }

        using var scope = NewDisposeScope();
        Prediction used = clip is { } limit ? prediction.Clipped(x, transition.From, Clipping.Checked(limit)) : prediction;
        Tensor sample = used.EstimatedSample(x, transition.From), noise = used.EstimatedNoise(x, transition.From);
        return Sum(sample, noise, Scaled(sample, noise, transition, eta), Math.Sqrt(transition.Variance(eta)), z);
    }

    /// <summary>σ(η)² = η²·β̃ (eq. 16).</summary>
    /// <param name="transition">t → s.</param>
    /// <param name="eta">η in [0, 1].</param>
    /// <exception cref="InvalidInputException">η lies outside [0, 1].</exception>
    public static double Variance(this Transition transition, double eta)
    {
        eta = CheckedEta(eta);
        return eta * eta * transition.PosteriorVariance;
    }

    /// <summary>
    /// √(1−ᾱ_s−σ(η)²), the factor of ε̂, "direction pointing to x_t" (eq. 12), in a form that cannot go negative:
    /// (1−ᾱ_s)·[(1−η²) + η²·(ᾱ_t/ᾱ_s)·(1−ᾱ_s)/(1−ᾱ_t)].
    /// </summary>
    /// <param name="transition">t → s.</param>
    /// <param name="eta">η in [0, 1].</param>
    /// <exception cref="InvalidInputException">η lies outside [0, 1].</exception>
    public static double DirectionFactor(this Transition transition, double eta)
    {
        eta = CheckedEta(eta);
        double s = transition.To.OneMinusAlphaBar, t = transition.From.OneMinusAlphaBar;
        return Math.Sqrt(s * ((1 - eta * eta) + eta * eta * transition.Alpha * s / t));
    }

    /// <summary>√ᾱ_s·x̂0 + √(1−ᾱ_s−σ(η)²)·ε̂.</summary>
    internal static Tensor Scaled(Tensor sample, Tensor noise, Transition transition, double eta) =>
        Combine(transition.To.SignalRate, sample, transition.DirectionFactor(eta), noise);

    /// <summary>The whole sum: the scaled estimates + σ·z, with null for no z.</summary>
    internal static SamplingTerms Sum(Tensor sample, Tensor noise, Tensor scaled, double sigma, Tensor? z)
    {
        Tensor? random = z?.Times(sigma);
        Tensor next = random is null ? scaled.alias() : scaled.Plus(random);
        return new(sample, noise, scaled, random, next);
    }

    internal static double CheckedEta(double eta) => eta is >= 0 and <= 1
        ? eta
        : throw new InvalidInputException(nameof(eta), FormattableString.Invariant($"{eta}"), "a number in [0, 1]");
}

/// <summary>Every term of one step of the sampling equation, each a tensor of the shape of x_t. Owns them all.</summary>
public sealed class SamplingTerms : IDisposable
{
    private Tensor? estimatedPrevious;
    private Tensor? randomTerm;

    internal SamplingTerms(Tensor sample, Tensor noise, Tensor scaled, Tensor? random, Tensor next)
    {
        EstimatedSample = sample.DetachFromDisposeScope();
        EstimatedNoise = noise.DetachFromDisposeScope();
        ScaledPrevious = scaled.DetachFromDisposeScope();
        randomTerm = random?.DetachFromDisposeScope();
        Next = next.DetachFromDisposeScope();
    }

    /// <summary>x̂0 = (x_t − √(1−ᾱ_t)·ε̂)/√ᾱ_t, the forward equation rearranged (article §2.1.1).</summary>
    public Tensor EstimatedSample { get; }

    /// <summary>ε̂, the denoiser's answer, or what follows from x̂0 where that was clipped or is the rule's own (article §2.1.2).</summary>
    public Tensor EstimatedNoise { get; }

    /// <summary>x̂0 + ε̂, the estimated noisy sample (article §2.1.3).</summary>
    public Tensor EstimatedPrevious => estimatedPrevious ??= EstimatedSample.Plus(EstimatedNoise).DetachFromDisposeScope();

    /// <summary>√ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂, the same with its two factors (article §2.1.4).</summary>
    public Tensor ScaledPrevious { get; }

    /// <summary>σ·z, the random generation factor (article §2.2).</summary>
    public Tensor RandomTerm => randomTerm ??= zeros_like(Next).DetachFromDisposeScope();

    /// <summary>x_s = ScaledPrevious + RandomTerm.</summary>
    public Tensor Next { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        EstimatedSample.Dispose();
        EstimatedNoise.Dispose();
        estimatedPrevious?.Dispose();
        ScaledPrevious.Dispose();
        randomTerm?.Dispose();
        Next.Dispose();
    }
}

/// <summary>
/// The sampling equation with σ = σ(η) for every step: η = 0 is DDIM, the article's equation in closed form; η = 1 is ancestral
/// sampling with β̃.
/// </summary>
public record SamplingEquationRule : StepRule
{
    private readonly double eta;

    /// <summary>The rule with this much randomness.</summary>
    /// <param name="eta">η in [0, 1].</param>
    /// <exception cref="InvalidInputException">η lies outside [0, 1].</exception>
    public SamplingEquationRule(double eta = 0) => this.eta = SamplingEquation.CheckedEta(eta);

    /// <inheritdoc/>
    public override string Name => eta == 0 ? "ddim" : FormattableString.Invariant($"ddim:{eta}");

    internal override double Eta => eta;
}
