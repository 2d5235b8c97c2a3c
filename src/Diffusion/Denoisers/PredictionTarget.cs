namespace Diffusion;

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
