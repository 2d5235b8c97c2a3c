namespace Diffusion;

/// <summary>The variance of an ancestral step's noise (Ho et al. 2020, sec. 3.2).</summary>
public enum ReverseVariance
{
    /// <summary>β̃, the variance of q(x_s | x_t, x_0): right for data at a single point.</summary>
    Small,

    /// <summary>β = 1 − ᾱ_t/ᾱ_s: right for data that are N(0, I) themselves.</summary>
    Large,
}
