using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>A convolution with zero padding that keeps the side, or halves it at stride 2.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    // libtorch 2.10's gradient of a convolution to fewer than 16 channels (oneDNN, AVX-512, channels first) is NaN, so
    // zero kernels fill them up; the extra work is smaller than what odd channels cost.
    private const int FewestOutputs = 16;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int stride;

    public Convolution(int input, int output, int kernel, Generator random, int stride = 1, bool zero = false)
        : base(nameof(Convolution))
    {
        this.stride = stride;
        weight = Initial.Weight([output, input, kernel, kernel], random, zero);
        bias = Initial.Bias(output, input * kernel * kernel, random, zero);
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H/stride, W/stride], in the type of the input.</summary>
    public override Tensor forward(Tensor x)
    {
        long padding = weight.shape[2] / 2, outputs = weight.shape[0], missing = FewestOutputs - outputs;
        Tensor kernels = weight.to(x.dtype), constants = bias.to(x.dtype);
        if (missing > 0)
        {
            kernels = nn.functional.pad(kernels, [0, 0, 0, 0, 0, 0, 0, missing]);
            constants = nn.functional.pad(constants, [0, missing]);
        }

        var y = nn.functional.conv2d(x, kernels, constants, strides: [stride, stride], padding: [padding, padding]);
        return missing > 0 ? y.narrow(1, 0, outputs) : y;
    }
}
