using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>A convolution with zero padding that keeps the side, or halves it at stride 2. Any memory layout goes in.</summary>
/// <remarks>
/// Two faults of libtorch 2.10's CPU convolutions (oneDNN 3.7, AVX-512) are kept out here. Both depend on the processor: an AMD
/// EPYC of the Zen 4 family shows neither, so no test of the kit can tell when upstream is mended.
/// <list type="number">
/// <item>
/// Channels that do not fill oneDNN's blocks of 16. Their padding is memory that nothing initializes: outputs in bfloat16 are off by
/// as much as their own size, and gradients are NaN. Kernels of zeros fill the blocks. Up to 3 input channels in float32 use
/// another kernel, which is right. (pytorch/pytorch issue #163347 is the nearest report: one channel in bfloat16.)
/// </item>
/// <item>
/// A 1×1 convolution in float32, channels last, on several threads: outputs are wrong with 80, 112 or 208 output channels on two
/// threads and with 240 on eight. It is computed as the matrix product that it is, which is as fast. (No upstream report is known.)
/// </item>
/// </list>
/// </remarks>
internal sealed class Conv2d : nn.Module<Tensor, Tensor>
{
    private const int Block = 16, MaxUnblockedInputs = 3;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int stride;

    public Conv2d(int input, int output, int kernel, Initializer initializer, int stride = 1, bool zero = false)
        : base(nameof(Conv2d))
    {
        this.stride = stride;
        weight = initializer.Weight([output, input, kernel, kernel], zero);
        bias = initializer.Bias(output, input * kernel * kernel, zero);
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H/stride, W/stride], in the type of the input.</summary>
    public override Tensor forward(Tensor x)
    {
        Tensor kernels = weight.to(x.dtype), constants = bias.to(x.dtype);
        if (is_grad_enabled())
        {
            return Blocked(x, kernels.contiguous(), constants);
        }

        x = FeatureMaps.ChannelsLast(x);
        return weight.shape[2] == 1
            ? nn.functional.linear(x.permute(0, 2, 3, 1), kernels.view(weight.shape[0], -1), constants).permute(0, 3, 1, 2)
            : Blocked(x, kernels, constants);
    }

    /// <summary>The convolution with input and output channels filled up to whole blocks.</summary>
    private Tensor Blocked(Tensor x, Tensor kernels, Tensor constants)
    {
        long outputs = kernels.shape[0], inputs = kernels.shape[1], padding = kernels.shape[2] / 2, moreOutputs = Missing(outputs);
        long moreInputs = x.dtype == ScalarType.Float32 && inputs <= MaxUnblockedInputs ? 0 : Missing(inputs);
        if (moreInputs + moreOutputs > 0)
        {
            kernels = nn.functional.pad(kernels, [0, 0, 0, 0, 0, moreInputs, 0, moreOutputs]);
            constants = nn.functional.pad(constants, [0, moreOutputs]);
        }

        var features = moreInputs > 0 ? nn.functional.pad(x, [0, 0, 0, 0, 0, moreInputs]) : x;
        var y = nn.functional.conv2d(features, kernels, constants, strides: [stride, stride], padding: [padding, padding]);
        return moreOutputs > 0 ? y.narrow(1, 0, outputs).contiguous() : y;

        static long Missing(long channels) => (Block - channels % Block) % Block;
    }
}
