using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>Features that lie together pixel by pixel: convolutions are fastest so, unless gradients are asked for.</summary>
internal static class ChannelsLast
{
    /// <summary>[N, C, H, W] → the same tensor, kept as [N, H, W, C].</summary>
    public static Tensor Of(Tensor x) => x.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2);
}
