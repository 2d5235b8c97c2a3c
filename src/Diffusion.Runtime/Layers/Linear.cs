using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>A matrix and a bias: [N, input] → [N, output].</summary>
internal sealed class Linear : nn.Module<Tensor, Tensor>
{
    private readonly Parameter weight;
    private readonly Parameter bias;

    public Linear(int input, int output, Initializer initializer, bool zero = false)
        : base(nameof(Linear))
    {
        weight = initializer.Weight([output, input], zero);
        bias = initializer.Bias(output, input, zero);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x) => nn.functional.linear(x, weight, bias);
}
