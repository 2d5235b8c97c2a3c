using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>
/// x + conv(SiLU(norm(conv(SiLU(norm(x)))))), where the second norm is scaled and shifted by the embedded noise level
/// (Nichol &amp; Dhariwal 2021, appendix A). The last convolution starts at zero, so a fresh block passes x on.
/// </summary>
internal sealed class ResidualBlock : nn.Module
{
    private readonly GroupNorm norm1;
    private readonly Convolution conv1;
    private readonly Dense condition;
    private readonly GroupNorm norm2;
    private readonly Convolution conv2;
    private readonly Convolution? skip;
    private readonly double dropout;

    public ResidualBlock(int input, int output, UNetConfig config, Initial initial)
        : base(nameof(ResidualBlock))
    {
        norm1 = new(input, config.Groups, initial);
        conv1 = new(input, output, 3, initial);
        condition = new(config.Embedding, 2 * output, initial);
        norm2 = new(output, config.Groups, initial);
        conv2 = new(output, output, 3, initial, zero: true);
        skip = input == output ? null : new(input, output, 1, initial);
        dropout = config.Dropout;
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H, W].</summary>
    /// <param name="x">The features.</param>
    /// <param name="embedding">SiLU of the embedded noise level and class, [N or 1, E].</param>
    /// <param name="random">Where dropout draws from; null for no dropout.</param>
    public Tensor Forward(Tensor x, Tensor embedding, Generator? random)
    {
        var h = conv1.call(norm1.Activate(x));
        var scaleShift = condition.call(embedding).chunk(2, 1);
        h = norm2.Activate(h, scaleShift[0], scaleShift[1]);
        if (random is not null && dropout > 0)
        {
            h = h * empty_like(h).bernoulli_(1 - dropout, random).ScaleInPlace(1 / (1 - dropout));
        }

        h = conv2.call(h);
        var kept = skip?.call(x) ?? x;
        return is_grad_enabled() ? kept.Plus(h) : h.AddInPlace(kept);
    }
}
