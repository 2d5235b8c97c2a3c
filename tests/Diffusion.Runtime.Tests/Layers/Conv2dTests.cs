using static TorchSharp.torch;

namespace Diffusion.Runtime.Tests;

public class Conv2dTests
{
    /// <summary>
    /// Channels that do not fill the blocks of the processor's own convolutions are where libtorch's gradients fail; 72 and 80
    /// outputs are where its 1×1 convolutions do, on two threads.
    /// </summary>
    [Theory]
    [InlineData(ScalarType.Float32, 1, 1e-4)]
    [InlineData(ScalarType.Float32, 2, 1e-4)]
    [InlineData(ScalarType.BFloat16, 1, 0.05)]
    [InlineData(ScalarType.BFloat16, 2, 0.05)]
    public void Answers_and_gradients_are_those_of_double_precision_whatever_the_channels(ScalarType type, int threads, double tolerance)
    {
        using var these = TorchThreads.Use(threads);
        using var random = new Generator(4, CPU);
        foreach (int kernel in new[] { 1, 3 })
        {
            foreach (int input in new[] { 1, 3, 8, 12, 16, 20, 24, 40 })
            {
                foreach (int output in new[] { 1, 3, 12, 16, 20, 24, 40, 72, 80 })
                {
                    using var scope = NewDisposeScope();
                    using var initial = Initializer.Drawn(input * 100 + output);
                    using var convolution = new Conv2d(input, output, kernel, initial);
                    Tensor x = randn([2, input, 4, 4], generator: random).to(type).to(ScalarType.Float32), towards = randn([2, output, 4, 4], generator: random);
                    var parameters = convolution.named_parameters().ToDictionary(pair => pair.name, pair => pair.parameter);
                    Tensor weight = parameters["weight"], bias = parameters["bias"];

                    var (answer, gradients) = Compute(at => convolution.call(at[0].to(type)), [x.requires_grad_(), weight, bias]);
                    Tensor[] exact = [.. new[] { x, weight, bias }.Select(tensor => tensor.detach().to(ScalarType.Float64).requires_grad_())];
                    var (expected, slopes) = Compute(at => nn.functional.conv2d(at[0], at[1], at[2], padding: [kernel / 2, kernel / 2]), exact);

                    string what = $"{type} {kernel}×{kernel} {input} → {output}";
                    Numbers.AssertNear(expected, answer, tolerance, what);
                    using (no_grad())
                    {
                        Numbers.AssertNear(expected, convolution.call(x.to(type)), tolerance, $"{what} without gradients");
                        Numbers.AssertNear(expected, convolution.call(FeatureMaps.ChannelsLast(x.to(type))), tolerance, $"{what}, channels last");
                    }

                    for (int i = 0; i < 3; i++)
                    {
                        Numbers.AssertNear(slopes[i], gradients[i], tolerance, $"{what}, gradient {i}");
                    }

                    (Tensor, Tensor[]) Compute(Func<Tensor[], Tensor> convolve, Tensor[] at)
                    {
                        Tensor y = convolve(at).to(at[0].dtype);
                        return (y, [.. autograd.grad([(y * towards.to(y.dtype)).sum()], at)]);
                    }
                }
            }
        }
    }
}
