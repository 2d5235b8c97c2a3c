using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>Parameters before training: uniform in ±1/√(numbers that an output sums), from one generator, or zero.</summary>
internal static class Initial
{
    public static Parameter Weight(long[] shape, Generator random, bool zero) => Uniform(shape, shape.Skip(1).Aggregate((a, b) => a * b), random, zero);

    public static Parameter Bias(int output, int summed, Generator random, bool zero) => Uniform([output], summed, random, zero);

    public static Parameter Constant(long[] shape, double value) => Owned(full(shape, value));

    public static Parameter Normal(long[] shape, Generator random) => Owned(randn(shape, generator: random));

    private static Parameter Uniform(long[] shape, long summed, Generator random, bool zero)
    {
        double bound = zero ? 0 : 1 / Math.Sqrt(summed);
        return Owned(empty(shape).uniform_(-bound, bound, random));
    }

    // A network outlives the dispose scope that it was made in.
    private static Parameter Owned(Tensor values)
    {
        using (values)
        {
            return (Parameter)new Parameter(values.detach()).DetachFromDisposeScope();
        }
    }
}
