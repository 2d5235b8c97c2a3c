using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// What the blocks of a network do with feature maps [N, C, H, W]. Memory layout is decided here and in <see cref="Conv2d"/> and
/// <see cref="GroupNorm"/>: channels last ([N, H, W, C] in memory) where no gradient is recorded, for which convolutions are
/// fastest, and contiguous where one is, for which their gradients are. So is whether an operand may be overwritten.
/// </summary>
internal static class FeatureMaps
{
    /// <summary>x + h. Without gradients the sum takes h's memory.</summary>
    public static Tensor Add(Tensor x, Tensor h) => is_grad_enabled() ? x.Plus(h) : h.AddInPlace(x);

    /// <summary>[N, C, H, W] → [N, C, 2H, 2W], each pixel four times.</summary>
    public static Tensor UpsampleNearest(Tensor x)
    {
        // Channels last for gradients too: libtorch's kernel for that layout is several times as fast, the two copies are cheap.
        var doubled = nn.functional.interpolate(ChannelsLast(x), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return is_grad_enabled() ? doubled.contiguous() : doubled;
    }

    /// <summary>[N, 3C, H, W], whose channels are q, k and v of one head after the other → each as [N·heads, C/heads, H·W].</summary>
    public static (Tensor Q, Tensor K, Tensor V) SplitHeads(Tensor qkv, int heads)
    {
        long rows = qkv.shape[0] * heads, size = qkv.shape[1] / heads;
        Tensor[] parts = qkv.contiguous().view(rows, size, -1).split(size / 3, 1);
        return (parts[0], parts[1], parts[2]);
    }

    /// <summary>The same tensor with its channels last in memory; itself where they are.</summary>
    public static Tensor ChannelsLast(Tensor x) =>
        x.stride(1) == 1 ? x : x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
