using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>A convolution with zero padding that keeps the side, or halves it at stride 2.</summary>
internal sealed class Convolution : nn.Module<Tensor, Tensor>
{
    // A convolution whose channels do not fill blocks of 16 is wrong at times in libtorch 2.10 (oneDNN, AVX-512), in bfloat16
    // by as much as its answer, and its gradients are NaN: the blocks' rest is memory that nobody wrote. Zero kernels fill
    // them up. In float32, up to three channels, as pictures have, take another way there. And a 1×1 convolution in float32 of
    // features that lie pixel by pixel is wrong with 80, 112, 208 or 240 outputs on several threads: there it is the
    // multiplication by a matrix that it stands for, with which the whole network is as fast.
    private const int Block = 16, PictureChannels = 3;

    private readonly Parameter weight;
    private readonly Parameter bias;
    private readonly int stride;

    public Convolution(int input, int output, int kernel, Initial initial, int stride = 1, bool zero = false)
        : base(nameof(Convolution))
    {
        this.stride = stride;
        weight = initial.Weight([output, input, kernel, kernel], zero);
        bias = initial.Bias(output, input * kernel * kernel, zero);
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H/stride, W/stride], in the type of the input.</summary>
    public override Tensor forward(Tensor x)
    {
        if (weight.shape[2] == 1 && !is_grad_enabled())
        {
            return nn.functional.linear(x.permute(0, 2, 3, 1), weight.view(weight.shape[0], -1).to(x.dtype), bias.to(x.dtype)).permute(0, 3, 1, 2);
        }

        long outputs = weight.shape[0], padding = weight.shape[2] / 2;
        long moreInputs = x.dtype == ScalarType.Float32 && weight.shape[1] <= PictureChannels ? 0 : Missing(weight.shape[1]), moreOutputs = Missing(outputs);
        Tensor kernels = (is_grad_enabled() ? weight.contiguous() : weight).to(x.dtype), constants = bias.to(x.dtype);
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
