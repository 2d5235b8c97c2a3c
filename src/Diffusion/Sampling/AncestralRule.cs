namespace Diffusion;

/// <summary>
/// Ancestral sampling: x_s ~ N(μ̃(x_t, x̂0), σ²) with the mean of q(x_s | x_t, x_0) at x_0 = x̂0
/// (Ho et al. 2020, eq. 7 and algorithm 2).
/// </summary>
/// <param name="Variance">σ² = β̃ or β.</param>
public sealed record AncestralRule(ReverseVariance Variance = ReverseVariance.Small) : StepRule
{
    /// <inheritdoc/>
    public override string Name => "ddpm";

    internal override double Eta => 1;

    internal override StepCoefficients Coefficients(Jump jump)
    {
        double meanCoef1 = jump.To.SignalRate * jump.Beta / jump.From.OneMinusAlphaBar;
        double meanCoef2 = Math.Sqrt(jump.Alpha) * jump.To.OneMinusAlphaBar / jump.From.OneMinusAlphaBar;
        double variance = Variance == ReverseVariance.Small ? jump.PosteriorVariance : jump.Beta;
        return new(meanCoef2, meanCoef1, Math.Sqrt(variance));
    }
}
