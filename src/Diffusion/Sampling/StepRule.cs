namespace Diffusion;

/// <summary>How a sampler goes from x_t to x_s, given the denoiser's answer at x_t.</summary>
public abstract record StepRule
{
    /// <summary>The name that trace files and tables use.</summary>
    public abstract string Name { get; }

    /// <summary>The η whose σ(η) the factor √(1−ᾱ_s−σ²) of ε̂ leaves room for.</summary>
    internal abstract double Eta { get; }

    /// <summary>The step as three numbers.</summary>
    internal abstract StepCoefficients Coefficients(Jump jump);
}
