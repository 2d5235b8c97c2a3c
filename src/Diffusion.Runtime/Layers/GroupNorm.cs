using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// Group norm, which gives each group of channels mean 0 and variance 1 over a picture, then a scale and a shift for each
/// channel, then SiLU (Wu &amp; He 2018; Ramachandran et al. 2017).
/// </summary>
internal sealed class GroupNorm : nn.Module
{
    private const double Epsilon = 1e-5;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int groups;

    public GroupNorm(int channels, int groups, Initializer initializer)
        : base(nameof(GroupNorm))
    {
        this.groups = groups;
        weight = initializer.Constant([channels], 1);
        bias = initializer.Constant([channels], 0);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → the same shape, normalized.</summary>
    public Tensor Normalize(Tensor x) => FusedGroupNorm.Takes(x)
        ? FusedGroupNorm.Apply(x, groups, Epsilon, weight, bias, silu: false)
        : nn.functional.group_norm(x, groups, weight.to(x.dtype), bias.to(x.dtype), Epsilon);

    /// <summary>SiLU of the normalized input.</summary>
    public Tensor NormSilu(Tensor x) => FusedGroupNorm.Takes(x)
        ? FusedGroupNorm.Apply(x, groups, Epsilon, weight, bias, silu: true)
        : Silu(Normalize(x));

    /// <summary>SiLU of the normalized input times (1 + scale) plus shift, each [N or 1, C].</summary>
    public Tensor NormSilu(Tensor x, Tensor scale, Tensor shift)
    {
        if (FusedGroupNorm.Takes(x))
        {
            var whole = scale.Plus(1);
            return FusedGroupNorm.Apply(x, groups, Epsilon, weight * whole, (bias * whole).Plus(shift), silu: true);
        }

        // Not addcmul, whose kernel is not vectorized where one operand is broadcast over the picture.
        var factor = scale.Plus(1).to(x.dtype).unsqueeze(-1).unsqueeze(-1);
        var offset = shift.to(x.dtype).unsqueeze(-1).unsqueeze(-1);
        var normalized = Normalize(x);
        return Silu(is_grad_enabled() ? (normalized * factor).Plus(offset) : normalized.mul_(factor).AddInPlace(offset));
    }

    private static Tensor Silu(Tensor x) => nn.functional.silu(x, inplace: !is_grad_enabled());
}
