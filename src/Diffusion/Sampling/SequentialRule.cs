using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The article's standard algorithm: x̂0 is noised again by the sequential process F, one forward step at a time from
/// the clean sample up to level s. It lands where the closed form lands, and makes T steps cost T(T−1)/2 forward steps.
/// </summary>
public sealed record SequentialRule : SamplingEquationRule
{
    /// <inheritdoc/>
    public override string Name => "standard";

    internal override Tensor Scaled(Tensor sample, Tensor noise, Transition transition, SamplingRun run) => run.Renoise(sample, noise);
}

/// <summary>
/// The article's standard algorithm with F replaced by its closed form: x̂0 is noised to level s in one line,
/// √ᾱ_s·x̂0 + √(1−ᾱ_s)·ε̂. That is the sampling equation at η = 0.
/// </summary>
public sealed record ClosedFormRule : SamplingEquationRule
{
    /// <inheritdoc/>
    public override string Name => "closed";
}
