using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>
/// Every pixel looks at every other: x + proj(softmax(QᵀK/√d)·V) a head (Vaswani et al. 2017; Ho et al. 2020, appendix
/// B). The projection starts at zero, so a fresh block passes x on.
/// </summary>
internal sealed class SelfAttention : nn.Module
{
    private readonly GroupNorm norm;
    private readonly Convolution qkv;
    private readonly Convolution projection;
    private readonly int heads;

    public SelfAttention(int channels, UNetConfig config, Initial initial)
        : base(nameof(SelfAttention))
    {
        heads = config.Heads;
        norm = new(channels, config.Groups, initial);
        qkv = new(channels, 3 * channels, 1, initial);
        projection = new(channels, channels, 1, initial, zero: true);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → the same shape.</summary>
    public Tensor Forward(Tensor x)
    {
        long n = x.shape[0], channels = x.shape[1], pixels = x.shape[2] * x.shape[3], d = channels / heads;

        // The features of qkv run head by head, so that every head is a plain view: [N·heads, d, pixels] for each of q, k, v.
        var each = qkv.call(norm.Normalise(x)).view(n * heads, 3 * d, pixels).split(d, 1);
        var attention = softmax(bmm(each[0].transpose(1, 2).Times(1 / Math.Sqrt(d)), each[1]), -1);
        var h = projection.call(bmm(each[2], attention.transpose(1, 2)).view(x.shape));
        return is_grad_enabled() ? x.Plus(h) : h.AddInPlace(x);
    }
}
