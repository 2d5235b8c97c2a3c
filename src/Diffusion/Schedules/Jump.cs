namespace Diffusion;

/// <summary>
/// A step of a sampler from one noise level to a smaller one, t → s, and the numbers that depend on both.
/// With s = t−1 they are the textbook's β_t, α_t and β̃_t.
/// </summary>
/// <param name="From">The level at t.</param>
/// <param name="To">The level at s.</param>
public readonly record struct Jump(NoiseLevel From, NoiseLevel To)
{
    /// <summary>ᾱ_t/ᾱ_s, which is α_t for neighbours.</summary>
    public double Alpha => From.AlphaBar / To.AlphaBar;

    /// <summary>1 − ᾱ_t/ᾱ_s, which is β_t for neighbours.</summary>
    /// <remarks>The difference is taken on the side where the numbers are small, so that it keeps its digits.</remarks>
    public double Beta => To.AlphaBar > 0.5
        ? (From.OneMinusAlphaBar - To.OneMinusAlphaBar) / To.AlphaBar
        : (To.AlphaBar - From.AlphaBar) / To.AlphaBar;

    /// <summary>β̃ = (1−ᾱ_s)/(1−ᾱ_t)·(1 − ᾱ_t/ᾱ_s), the variance of q(x_s | x_t, x_0) (Ho et al. 2020, eq. 7).</summary>
    public double PosteriorVariance => To.OneMinusAlphaBar / From.OneMinusAlphaBar * Beta;

    /// <summary>σ(η)² = η²·β̃ (Song et al. 2021, eq. 16).</summary>
    /// <param name="eta">η in [0, 1].</param>
    /// <exception cref="InvalidInputException">η lies outside [0, 1].</exception>
    public double Variance(double eta) => CheckEta(eta) * eta * PosteriorVariance;

    /// <summary>
    /// √(1−ᾱ_s−σ(η)²), the factor of ε̂ in the sampling equation (Song et al. 2021, eq. 12), in a form that cannot go
    /// negative: (1−ᾱ_s)·[(1−η²) + η²·(ᾱ_t/ᾱ_s)·(1−ᾱ_s)/(1−ᾱ_t)].
    /// </summary>
    /// <param name="eta">η in [0, 1].</param>
    /// <exception cref="InvalidInputException">η lies outside [0, 1].</exception>
    public double NoiseRate(double eta) => Math.Sqrt(To.OneMinusAlphaBar
        * ((1 - CheckEta(eta) * eta) + eta * eta * Alpha * To.OneMinusAlphaBar / From.OneMinusAlphaBar));

    internal static double CheckEta(double eta) => eta is >= 0 and <= 1
        ? eta
        : throw new InvalidInputException(nameof(eta), FormattableString.Invariant($"{eta}"), "a number in [0, 1]");
}
