using static TorchSharp.torch;

namespace Diffusion;

/// <summary>A residual block, attention where the level has it, and twice the side at the end of a level on the way up.</summary>
internal sealed class UNetBlock : nn.Module
{
    private readonly ResidualBlock block;
    private readonly SelfAttention? attention;
    private readonly Conv2d? upsample;

    public UNetBlock(int input, int output, UNetConfig config, Initializer initializer, bool attention = false, bool upsample = false)
        : base(nameof(UNetBlock))
    {
        block = new(input, output, config, initializer);
        this.attention = attention ? new(output, config, initializer) : null;
        this.upsample = upsample ? new(output, output, 3, initializer) : null;
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H, W], or [N, output, 2H, 2W].</summary>
    /// <param name="x">The features.</param>
    /// <param name="embedding">SiLU of the embedded noise level and class, [N or 1, E].</param>
    /// <param name="dropout">Where dropout draws from; null for no dropout.</param>
    public Tensor Forward(Tensor x, Tensor embedding, Generator? dropout)
    {
        var h = block.Forward(x, embedding, dropout);
        h = attention?.Forward(h) ?? h;
        return upsample?.call(FeatureMaps.UpsampleNearest(h)) ?? h;
    }
}

/// <summary>
/// x + conv(SiLU(norm(conv(SiLU(norm(x)))))), where the second norm is scaled and shifted by the embedded noise level
/// (Nichol &amp; Dhariwal 2021, appendix A). The last convolution starts at zero, so a fresh block passes x on.
/// </summary>
internal sealed class ResidualBlock : nn.Module
{
    private readonly GroupNorm norm1;
    private readonly Conv2d conv1;
    private readonly Linear condition;
    private readonly GroupNorm norm2;
    private readonly Conv2d conv2;
    private readonly Conv2d? skip;
    private readonly double dropoutRate;

    public ResidualBlock(int input, int output, UNetConfig config, Initializer initializer)
        : base(nameof(ResidualBlock))
    {
        norm1 = new(input, config.Groups, initializer);
        conv1 = new(input, output, 3, initializer);
        condition = new(config.Embedding, 2 * output, initializer);
        norm2 = new(output, config.Groups, initializer);
        conv2 = new(output, output, 3, initializer, zero: true);
        skip = input == output ? null : new(input, output, 1, initializer);
        dropoutRate = config.Dropout;
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H, W].</summary>
    public Tensor Forward(Tensor x, Tensor embedding, Generator? dropout)
    {
        var h = conv1.call(norm1.NormSilu(x));
        var scaleShift = condition.call(embedding).chunk(2, 1);
        h = norm2.NormSilu(h, scaleShift[0], scaleShift[1]);
        if (dropout is not null && dropoutRate > 0)
        {
            h = h * empty_like(h).bernoulli_(1 - dropoutRate, dropout).ScaleInPlace(1 / (1 - dropoutRate));
        }

        h = conv2.call(h);
        return FeatureMaps.Add(skip?.call(x) ?? x, h);
    }
}

/// <summary>
/// Every pixel looks at every other: x + proj(softmax(QᵀK/√d)·V) a head (Vaswani et al. 2017; Ho et al. 2020, appendix
/// B). The projection starts at zero, so a fresh block passes x on.
/// </summary>
internal sealed class SelfAttention : nn.Module
{
    private readonly GroupNorm norm;
    private readonly Conv2d qkv;
    private readonly Conv2d projection;
    private readonly int heads;

    public SelfAttention(int channels, UNetConfig config, Initializer initializer)
        : base(nameof(SelfAttention))
    {
        heads = config.Heads;
        norm = new(channels, config.Groups, initializer);
        qkv = new(channels, 3 * channels, 1, initializer);
        projection = new(channels, channels, 1, initializer, zero: true);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        // Each [N·heads, d, H·W].
        var (q, k, v) = FeatureMaps.SplitHeads(qkv.call(norm.Normalize(x)), heads);
        var weights = softmax(bmm(q.transpose(1, 2).Times(1 / Math.Sqrt(q.shape[1])), k), -1);
        var mixed = bmm(v, weights.transpose(1, 2)).view(x.shape);
        return FeatureMaps.Add(x, projection.call(mixed));
    }
}
