namespace Diffusion;

/// <summary>
/// The article's standard algorithm with F replaced by its closed form: x̂0 is noised to level s in one line,
/// √ᾱ_s·x̂0 + √(1−ᾱ_s)·ε̂. That is the sampling equation at η = 0.
/// </summary>
public sealed record ClosedFormRule : SamplingEquationRule
{
    /// <inheritdoc/>
    public override string Name => "closed";
}
