using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>
/// The noise level as a network is told it: sines and cosines of the log-SNR, then two layers (as timesteps are embedded
/// in Ho et al. 2020, appendix B), plus a learned vector for each class.
/// </summary>
internal sealed class LevelEmbedding : nn.Module
{
    /// <summary>
    /// The log-SNR is clamped to ± this. Beyond it ᾱ or 1−ᾱ is below 6.2·10⁻⁶, and a sample looks like pure noise or like
    /// data.
    /// </summary>
    public const double Limit = 12;

    // From half a period over the whole range of the log-SNR to 32 periods.
    private const double Slowest = Math.PI / (2 * Limit);
    private const double Fastest = 64 * Slowest;

    private readonly Dense first;
    private readonly Dense second;
    private readonly Parameter? classes;
    private readonly int features;

    /// <param name="features">The number of sines and cosines together, even.</param>
    /// <param name="size">The size of the embedding.</param>
    /// <param name="classes">The number of classes; one more vector stands for "no class".</param>
    /// <param name="initial">Where the parameters come from.</param>
    public LevelEmbedding(int features, int size, int classes, Initial initial)
        : base(nameof(LevelEmbedding))
    {
        this.features = features;
        first = new(features, size, initial);
        second = new(size, size, initial);
        this.classes = classes == 0 ? null : initial.Normal([classes + 1, size]);
        RegisterComponents();
    }

    /// <summary>SiLU of the embedding, [N or 1, size].</summary>
    /// <param name="logSnr">[N] or [1].</param>
    /// <param name="labels">[N] in int64, where the number of classes stands for "no class"; null for no class.</param>
    public Tensor Forward(Tensor logSnr, Tensor? labels)
    {
        var embedding = second.call(nn.functional.silu(first.call(Waves(logSnr)), inplace: false));
        if (classes is not null)
        {
            embedding = embedding.Plus(labels is null ? classes.narrow(0, classes.shape[0] - 1, 1) : classes.index_select(0, labels));
        }

        return nn.functional.silu(embedding, inplace: false);
    }

    /// <summary>sin(f·λ) and cos(f·λ) for frequencies f in a geometric sequence, [N, features].</summary>
    internal Tensor Waves(Tensor logSnr)
    {
        int half = features / 2;
        var frequencies = tensor([.. Enumerable.Range(0, half)
            .Select(i => (float)(Slowest * Math.Pow(Fastest / Slowest, half == 1 ? 0 : (double)i / (half - 1))))]).to(logSnr.device);
        var angles = logSnr.Clamped(Limit).unsqueeze(1) * frequencies;
        return cat([angles.sin(), angles.cos()], 1);
    }
}
