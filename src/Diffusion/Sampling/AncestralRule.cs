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

    internal override double Eta => 1;

    /// <summary>
    /// σ² = exp(v·log β + (1−v)·log β̃) (Nichol &amp; Dhariwal 2021, eq. 15), where a network learns v and here one number
    /// serves.
    /// </summary>
    /// <param name="v">v in [0, 1].</param>
    /// <exception cref="InvalidInputException">v lies outside [0, 1].</exception>
    public static AncestralRule Between(double v) => new(v);

    internal override StepCoefficients Coefficients(Jump jump)
    {
        double meanCoef1 = MeanCoef1(jump);
        double meanCoef2 = Math.Sqrt(jump.Alpha) * jump.To.OneMinusAlphaBar / jump.From.OneMinusAlphaBar;
        return new(meanCoef2, meanCoef1, Math.Sqrt(Variance(jump.PosteriorVariance, jump.Beta)));
    }

    /// <summary>√ᾱ_s·β/(1−ᾱ_t), the factor of x_0 in the mean of q(x_s | x_t, x_0).</summary>
    internal static double MeanCoef1(Jump jump) => jump.To.SignalRate * jump.Beta / jump.From.OneMinusAlphaBar;

    /// <summary>β^v·β̃^(1−v), which is eq. 15 and exact at both ends.</summary>
    internal double Variance(double small, double large) => Math.Pow(large, V) * Math.Pow(small, 1 - V);
}
