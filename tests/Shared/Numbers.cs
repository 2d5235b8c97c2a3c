using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>Tensors as plain numbers, and what «close» means for them.</summary>
internal static class Numbers
{
    public static double[] Values(this Tensor tensor)
    {
        using var scope = NewDisposeScope();
        return tensor.to(ScalarType.Float64).contiguous().data<double>().ToArray();
    }

    /// <summary>The bytes of a tensor, for results that have to be the same to the last bit.</summary>
    public static byte[] Bytes(this Tensor tensor)
    {
        using Tensor inOrder = tensor.contiguous();
        return inOrder.bytes.ToArray();
    }

    public static void AssertNear(double expected, double actual, double tolerance, string what) => Assert.True(
        Math.Abs(actual - expected) <= tolerance * Math.Max(1, Math.Abs(expected)),
        FormattableString.Invariant($"{what}: expected {expected:R}, got {actual:R}, which is {Math.Abs(actual - expected):G3} off"));

    /// <summary>Every number within tolerance·max(1, largest).</summary>
    public static void AssertNear(Tensor expected, Tensor actual, double tolerance, string what, double largest = 1)
    {
        Assert.Equal(expected.shape, actual.shape);
        double[] e = expected.Values(), a = actual.Values();
        double allowed = tolerance * Math.Max(largest, e.Max(Math.Abs));
        for (int i = 0; i < e.Length; i++)
        {
            Assert.True(Math.Abs(a[i] - e[i]) <= allowed,
                FormattableString.Invariant($"{what} [{i}]: expected {e[i]:R}, got {a[i]:R}, which is {Math.Abs(a[i] - e[i]):G3} off; allowed are {allowed:G3}"));
        }
    }

    public static double LargestMagnitude(this Tensor tensor) => tensor.Values().Max(Math.Abs);
}
