namespace Diffusion.Evaluation;

/// <summary>A stride that an objective prefers.</summary>
/// <param name="Stride">The stride.</param>
/// <param name="Count">K, its number of timesteps.</param>
/// <param name="Cost">Its value under the objective; comparable only under the same objective.</param>
public sealed record OptimalStride(Stride Stride, int Count, double Cost);
