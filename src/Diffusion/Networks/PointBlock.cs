using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>h + W₂·SiLU((W₁·SiLU(h))·(1 + scale) + shift), where scale and shift come from the embedded noise level.</summary>
internal sealed class PointBlock : nn.Module
{
    private readonly Dense first;
    private readonly Dense condition;
    private readonly Dense second;

    public PointBlock(int width, Initial initial)
        : base(nameof(PointBlock))
    {
        first = new(width, width, initial);
        condition = new(width, 2 * width, initial);
        second = new(width, width, initial, zero: true);
        RegisterComponents();
    }

    /// <summary>[N, width] → [N, width].</summary>
    /// <param name="h">The features.</param>
    /// <param name="embedding">SiLU of the embedded noise level, [N or 1, width].</param>
    public Tensor Forward(Tensor h, Tensor embedding)
    {
        var scaleShift = condition.call(embedding).chunk(2, 1);
        var inner = first.call(nn.functional.silu(h, inplace: false));
        inner = (inner * scaleShift[0].Plus(1)).Plus(scaleShift[1]);
        return h.Plus(second.call(nn.functional.silu(inner, inplace: false)));
    }
}
