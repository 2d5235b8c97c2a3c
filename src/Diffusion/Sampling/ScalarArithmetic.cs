using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Tensors times numbers, where each number lives until the operation is over. TorchSharp turns a number into an object with
/// a finalizer and hands on its address only, so a collection at the wrong moment frees the number while libtorch reads it:
/// rare, but a loop of thousands of steps beside other threads meets it.
/// </summary>
internal static class ScalarArithmetic
{
    /// <summary>x·factor, a new tensor.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar number = factor;
        return x.mul(number);
    }

    // A sum of tensors takes a factor too, which TorchSharp makes of the number 1.
    private static readonly Scalar One = 1;

    /// <summary>x + y, a new tensor.</summary>
    public static Tensor Plus(this Tensor x, Tensor y) => x.add(y, One);

    /// <summary>x ← x + y.</summary>
    /// <returns>x.</returns>
    public static Tensor AddInPlace(this Tensor x, Tensor y) => x.add_(y, One);

    /// <summary>x + number, a new tensor.</summary>
    public static Tensor Plus(this Tensor x, double summand)
    {
        using Scalar number = summand;
        return x.add(number);
    }

    /// <summary>x ← x·factor.</summary>
    /// <returns>x.</returns>
    public static Tensor ScaleInPlace(this Tensor x, double factor)
    {
        using Scalar number = factor;
        return x.mul_(number);
    }

    /// <summary>x ← x + y·factor.</summary>
    /// <returns>x.</returns>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor)
    {
        using Scalar number = factor;
        return x.add_(y, alpha: number);
    }

    /// <summary>x ← x inside ±limit.</summary>
    /// <returns>x.</returns>
    public static Tensor ClampInPlace(this Tensor x, double limit)
    {
        using Scalar least = -limit, most = limit;
        return x.clamp_(least, most);
    }
}
