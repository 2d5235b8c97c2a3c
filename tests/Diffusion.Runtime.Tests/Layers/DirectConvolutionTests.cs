using static TorchSharp.torch;

namespace Diffusion.Runtime.Tests;

public class DirectConvolutionTests
{
    /// <summary>Outputs of 7·16 take every tile, 200 inputs several chunks; rows of 5 and 9 end in the middle of one.</summary>
    [Theory]
    [InlineData(1, 1)]
    [InlineData(3, 1)]
    [InlineData(3, 2)]
    public void Answers_are_those_of_double_precision_however_the_kernels_lie(int kernel, int stride)
    {
        if (!DirectConvolution.IsEnabled)
        {
            return;
        }

        using var random = new Generator(4, CPU);
        using var noGradient = no_grad();
        foreach (int outputs in new[] { 16, 32, 64, 112 })
        {
            foreach (var (inputs, height, width) in new[] { (1, 1, 1), (3, 4, 8), (16, 9, 5), (200, 6, 9) })
            {
                using var scope = NewDisposeScope();
                Tensor x = Normal(2, inputs, height, width), kernels = Normal(outputs, inputs, kernel, kernel), constants = Normal(outputs);
                Tensor expected = nn.functional.conv2d(Exact(x), Exact(kernels), Exact(constants),
                    strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
                Assert.True(DirectConvolution.Takes(x, kernels));

                Tensor answer = DirectConvolution.Apply(x, kernels, constants, stride);
                Tensor laidOut = DirectConvolution.Apply(x, KernelLayout.OutputsLast(kernels), constants, stride);

                string what = $"{inputs} → {outputs}, {height}×{width}";
                Numbers.AssertNear(expected, answer, 1e-5, what);
                Assert.Equal(answer.contiguous().Bytes(), laidOut.contiguous().Bytes());
            }
        }

        Tensor Normal(params long[] shape) => randn(shape, generator: random);

        static Tensor Exact(Tensor values) => values.to(ScalarType.Float64);
    }

    [Theory]
    [InlineData(16, 16, 3)]
    [InlineData(48, 6, 3)]
    [InlineData(32, 20, 1)]
    [InlineData(3, 16, 3)]
    [InlineData(16, 1, 1)]
    public void Kernels_are_rounded_as_libtorch_rounds_them(int outputs, int inputs, int side)
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(4, CPU);
        Tensor kernels = randn([outputs, inputs, side, side], generator: random);

        Tensor rounded = KernelLayout.Rounded(KernelLayout.OutputsLast(kernels));

        Assert.Equal(ScalarType.BFloat16, rounded.dtype);
        Assert.Equal(kernels.to(ScalarType.BFloat16).Bytes(), rounded.contiguous().Bytes());
    }
}
