namespace Diffusion;

/// <summary>
/// How noisy a sample is: x = √ᾱ·x0 + √(1−ᾱ)·ε. A denoiser is told this and not the timestep, so that one
/// network serves every schedule and every stride.
/// </summary>
/// <remarks>
/// Both ᾱ and 1−ᾱ are carried, because near ᾱ = 1 the difference 1−ᾱ has lost its digits, and near ᾱ = 0 so has
/// ᾱ computed from 1−ᾱ.
/// </remarks>
/// <param name="AlphaBar">ᾱ in [0, 1], the part of the variance that is signal.</param>
/// <param name="OneMinusAlphaBar">1−ᾱ in [0, 1], the part of the variance that is noise.</param>
public readonly record struct NoiseLevel(double AlphaBar, double OneMinusAlphaBar)
{
    /// <summary>The clean sample: ᾱ = 1.</summary>
    public static NoiseLevel Clean => new(1, 0);

    /// <summary>√ᾱ, the factor of the clean sample.</summary>
    public double SignalRate => Math.Sqrt(AlphaBar);

    /// <summary>√(1−ᾱ), the factor of the noise.</summary>
    public double NoiseRate => Math.Sqrt(OneMinusAlphaBar);

    /// <summary>ᾱ/(1−ᾱ), the signal-to-noise ratio; infinite for the clean sample.</summary>
    public double Snr => AlphaBar / OneMinusAlphaBar;

    /// <summary>log(ᾱ/(1−ᾱ)); +∞ for the clean sample, −∞ for pure noise.</summary>
    public double LogSnr => Math.Log(AlphaBar) - Math.Log(OneMinusAlphaBar);

    /// <summary>θ = atan2(√(1−ᾱ), √ᾱ), from 0 (clean) to π/2 (pure noise).</summary>
    public double Angle => Math.Atan2(NoiseRate, SignalRate);

    /// <summary>The level with this ᾱ.</summary>
    /// <param name="alphaBar">ᾱ in [0, 1].</param>
    /// <exception cref="InvalidInputException">ᾱ lies outside [0, 1] or is not a number.</exception>
    public static NoiseLevel FromAlphaBar(double alphaBar) => alphaBar is >= 0 and <= 1
        ? new(alphaBar, 1 - alphaBar)
        : throw new InvalidInputException(nameof(alphaBar), $"{alphaBar}", "a number in [0, 1]");

    /// <summary>The level with this angle θ: √ᾱ = cos θ and √(1−ᾱ) = sin θ.</summary>
    internal static NoiseLevel FromAngle(double theta) => new(Math.Pow(Math.Cos(theta), 2), Math.Pow(Math.Sin(theta), 2));

    /// <summary>The level with this log-SNR λ: ᾱ = sigmoid(λ), 1−ᾱ = sigmoid(−λ) (Kingma et al. 2021, eq. 3).</summary>
    /// <param name="logSnr">log(ᾱ/(1−ᾱ)); infinities are pure noise and the clean sample.</param>
    /// <exception cref="InvalidInputException">The value is not a number.</exception>
    public static NoiseLevel FromLogSnr(double logSnr) => double.IsNaN(logSnr)
        ? throw new InvalidInputException(nameof(logSnr), "NaN", "a number")
        : new(1 / (1 + Math.Exp(-logSnr)), 1 / (1 + Math.Exp(logSnr)));
}

/// <summary>
/// A step of a sampler from one noise level to a smaller one, t → s, and the numbers that depend on both. (Encoding goes the other
/// way, without noise.)
/// With s = t−1 they are the textbook's β_t, α_t and β̃_t.
/// </summary>
/// <param name="From">The level at t.</param>
/// <param name="To">The level at s.</param>
public readonly record struct Transition(NoiseLevel From, NoiseLevel To)
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
}
