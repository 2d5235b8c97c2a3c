namespace Diffusion;

/// <summary>
/// Ancestral sampling: x_s ~ N(μ̃(x_t, x̂0), σ²) with the mean of q(x_s | x_t, x_0) at x_0 = x̂0
/// (Ho et al. 2020, eq. 7 and algorithm 2).
/// </summary>
public sealed record AncestralRule : StepRule
{
    /// <summary>The rule with one of the two variances of Ho et al.</summary>
    /// <param name="variance">σ² = β̃ or β.</param>
    public AncestralRule(ReverseVariance variance = ReverseVariance.Small)
        : this(variance == ReverseVariance.Small ? 0 : 1)
    {
    }

    private AncestralRule(double v) => V = v is >= 0 and <= 1
        ? v
        : throw new InvalidInputException("variance", FormattableString.Invariant($"{v}"), "small, large, or a number in [0, 1]");

    /// <summary>v in [0, 1], the place of log σ² between log β̃ (0) and log β (1).</summary>
    public double V { get; }

    /// <inheritdoc/>
    public override string Name => V switch
    {
        0 => "ddpm",
        1 => "ddpm:large",
        _ => FormattableString.Invariant($"ddpm:{V}"),
    };

    // The mean of q(x_s | x_t, x̂0) is the sampling equation's at η = 1; a test holds the two equal.
    internal override double Eta => 1;

    /// <summary>
    /// σ² = exp(v·log β + (1−v)·log β̃) (Nichol &amp; Dhariwal 2021, eq. 15), where a network learns v and here one number
    /// serves.
    /// </summary>
    /// <param name="v">v in [0, 1].</param>
    /// <exception cref="InvalidInputException">v lies outside [0, 1].</exception>
    public static AncestralRule Between(double v) => new(v);

    // At β, fresh noise is more than the factor of ε̂ leaves room for: the mean is β̃'s for both, as in the paper.
    internal override double Sigma(Transition transition) => Math.Sqrt(Variance(transition.PosteriorVariance, transition.Beta));

    /// <summary>β^v·β̃^(1−v), which is eq. 15 and exact at both ends.</summary>
    internal double Variance(double small, double large) => Math.Pow(large, V) * Math.Pow(small, 1 - V);
}

/// <summary>The variance of an ancestral step's noise (Ho et al. 2020, sec. 3.2).</summary>
public enum ReverseVariance
{
    /// <summary>β̃, the variance of q(x_s | x_t, x_0): right for data at a single point.</summary>
    Small,

    /// <summary>β = 1 − ᾱ_t/ᾱ_s: right for data that are N(0, I) themselves.</summary>
    Large,
}
