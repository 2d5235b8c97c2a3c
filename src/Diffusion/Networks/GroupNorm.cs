using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>
/// Group norm, which gives each group of features mean 0 and variance 1 over a picture, then a scale and a shift for
/// each feature, then SiLU (Wu &amp; He 2018; Ramachandran et al. 2017).
/// </summary>
internal sealed class GroupNorm : nn.Module
{
    private const double Epsilon = 1e-5;
    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int groups;

    public GroupNorm(int channels, int groups, Initial initial)
        : base(nameof(GroupNorm))
    {
        this.groups = groups;
        weight = initial.Constant([channels], 1);
        bias = initial.Constant([channels], 0);
        RegisterComponents();
    }

    /// <summary>[N, C, H, W] → the same shape, normalised.</summary>
    public Tensor Normalise(Tensor x) => FusedGroupNorm.Takes(x)
        ? FusedGroupNorm.Apply(x, groups, Epsilon, weight, bias, activate: false)
        : nn.functional.group_norm(x, groups, weight.to(x.dtype), bias.to(x.dtype), Epsilon);

    /// <summary>SiLU of the normalised input.</summary>
    public Tensor Activate(Tensor x) => FusedGroupNorm.Takes(x)
        ? FusedGroupNorm.Apply(x, groups, Epsilon, weight, bias, activate: true)
        : Silu(Normalise(x));

    /// <summary>SiLU of the normalised input times (1 + scale) plus shift, each [N or 1, C].</summary>
    public Tensor Activate(Tensor x, Tensor scale, Tensor shift)
    {
        if (FusedGroupNorm.Takes(x))
        {
            var whole = scale.Plus(1);
            return FusedGroupNorm.Apply(x, groups, Epsilon, weight * whole, (bias * whole).Plus(shift), activate: true);
        }

        // Not addcmul, which does not use the processor's vectors where one operand is spread over the picture.
        var factor = scale.Plus(1).to(x.dtype).unsqueeze(-1).unsqueeze(-1);
        var offset = shift.to(x.dtype).unsqueeze(-1).unsqueeze(-1);
        var normalised = Normalise(x);
        return Silu(is_grad_enabled() ? (normalised * factor).Plus(offset) : normalised.mul_(factor).AddInPlace(offset));
    }

    private static Tensor Silu(Tensor x) => nn.functional.silu(x, inplace: !is_grad_enabled());
}
