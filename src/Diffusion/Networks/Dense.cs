using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>A matrix and a bias: [N, input] → [N, output].</summary>
internal sealed class Dense : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Dense(int input, int output, Initial initial, bool zero = false)
        : base(nameof(Dense))
    {
        weight = initial.Weight([output, input], zero);
        bias = initial.Bias(output, input, zero);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.linear(x, weight, bias);
}
