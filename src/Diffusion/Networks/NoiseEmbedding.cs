using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Diffusion.Runtime.Linear;

namespace Diffusion;

/// <summary>
/// The noise level as a network is told it: sines and cosines of the log-SNR, then two layers (as timesteps are embedded
/// in Ho et al. 2020, appendix B), plus a learned vector for each class.
/// </summary>
internal sealed class NoiseEmbedding : nn.Module
{
    /// <summary>
    /// The log-SNR is clamped to ± this. Beyond it ᾱ or 1−ᾱ is below 6.2·10⁻⁶, and a sample looks like pure noise or like
    /// data.
    /// </summary>
    public const double Limit = 12;

    // From half a period over the whole range of the log-SNR to 32 periods.
    private const double MinFrequency = Math.PI / (2 * Limit), MaxFrequency = 64 * MinFrequency;

    private readonly Linear first;
    private readonly Linear second;
    private readonly Parameter? classes;
    private readonly int features;

    /// <param name="features">The number of sines and cosines together, even.</param>
    /// <param name="size">The size of the embedding.</param>
    /// <param name="classes">The number of classes; one more vector stands for "no class".</param>
    /// <param name="initializer">Where the parameters come from.</param>
    public NoiseEmbedding(int features, int size, int classes, Initializer initializer)
        : base(nameof(NoiseEmbedding))
    {
        this.features = features;
        first = new(features, size, initializer);
        second = new(size, size, initializer);
        this.classes = classes == 0 ? null : initializer.Normal([classes + 1, size]);
        RegisterComponents();
    }

    /// <summary>SiLU of the embedding, [N or 1, size].</summary>
    /// <param name="logSnr">[N] or [1].</param>
    /// <param name="labels">[N] in int64, where the number of classes stands for "no class"; null for no class.</param>
    public Tensor Forward(Tensor logSnr, Tensor? labels)
    {
        var embedding = second.call(nn.functional.silu(first.call(Sinusoids(logSnr))));
        if (classes is not null)
        {
            embedding = embedding.Plus(labels is null ? classes.narrow(0, classes.shape[0] - 1, 1) : classes.index_select(0, labels));
        }

        return nn.functional.silu(embedding);
    }

    /// <summary>sin(f·λ) and cos(f·λ) for frequencies f in a geometric sequence, [N, features].</summary>
    internal Tensor Sinusoids(Tensor logSnr)
    {
        double steps = Math.Max(1, features / 2 - 1), ratio = MaxFrequency / MinFrequency;
        var frequencies = Enumerable.Range(0, features / 2).Select(i => (float)(MinFrequency * Math.Pow(ratio, i / steps)));
        var angles = logSnr.Clamped(Limit).unsqueeze(1) * tensor([.. frequencies]).to(logSnr.device);
        return cat([angles.sin(), angles.cos()], 1);
    }
}
