namespace Diffusion.Tests;

/// <summary>
/// A denoiser that is not affine, not exact and depends on the level: whatever holds for it holds because of the
/// sampler's algebra alone.
/// </summary>
internal static class Wavy
{
    public static DelegateDenoiser Of(PredictionTarget target) =>
        new(target, (x, level) => (x * 3 + level.Angle).sin_().mul_(0.8).add_(x, alpha: 0.1));
}
