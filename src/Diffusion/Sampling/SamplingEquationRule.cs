namespace Diffusion;

/// <summary>
/// The sampling equation: x_s = √ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂ + σ·z with σ = σ(η) (Song et al. 2021, eq. 12 and 16).
/// η = 0 is DDIM, the article's equation in closed form; η = 1 is ancestral sampling with β̃.
/// </summary>
public record SamplingEquationRule : StepRule
{
    private readonly double eta;

    /// <summary>The rule with this much randomness.</summary>
    /// <param name="eta">η in [0, 1].</param>
    /// <exception cref="InvalidInputException">η lies outside [0, 1].</exception>
    public SamplingEquationRule(double eta = 0) => this.eta = Jump.CheckEta(eta);

    /// <inheritdoc/>
    public override string Name => eta == 0 ? "ddim" : FormattableString.Invariant($"ddim:{eta}");

    internal override double Eta => eta;

    internal override StepCoefficients Coefficients(Jump jump)
    {
        // ε̂ = (x_t − √ᾱ_t·x̂0)/√(1−ᾱ_t), put into the sampling equation.
        double perNoise = jump.NoiseRate(eta) / jump.From.NoiseRate;
        return new(perNoise, jump.To.SignalRate - perNoise * jump.From.SignalRate, Math.Sqrt(jump.Variance(eta)));
    }
}
