using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A bound on the estimated sample x̂0. Clean pictures lie in [−1, 1], so an estimate outside is wrong, and with few
/// steps the first jump multiplies its error by √(ᾱ_s/ᾱ_t), which is in the thousands under a cosine schedule.
/// </summary>
public sealed record SampleBound
{
    private readonly double? limit;

    private SampleBound(double? limit) => this.limit = limit;

    /// <summary>±1 for pictures ([N, C, H, W]), none for anything else.</summary>
    public static SampleBound Automatic { get; } = new(double.NaN);

    /// <summary>No bound.</summary>
    public static SampleBound None { get; } = new((double?)null);

    /// <summary>x̂0 is clipped to ±limit, and ε̂ is computed again from the clipped x̂0.</summary>
    /// <param name="limit">A positive number, in the units of the data.</param>
    /// <exception cref="InvalidInputException">The limit is not positive and finite.</exception>
    public static SampleBound Of(double limit) => double.IsFinite(limit) && limit > 0
        ? new(limit)
        : throw new InvalidInputException("bound", FormattableString.Invariant($"{limit}"), "a positive number");

    /// <summary>The limit for samples like this one; null for none.</summary>
    internal double? For(Tensor sample) => limit is double.NaN
        ? sample.dim() == 4 ? 1 : null
        : limit;
}
