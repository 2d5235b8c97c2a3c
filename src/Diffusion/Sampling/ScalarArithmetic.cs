using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Tensors times numbers and sums of tensors, where each number lives until the operation is over. TorchSharp turns a number
/// (a sum has one too, the second term's factor, and a square its 2) into an object with a finalizer and hands on its address only, so a
/// collection at the wrong moment frees the number while libtorch reads it: rare, but a loop of thousands of steps beside
/// other threads meets it.
/// </summary>
internal static class ScalarArithmetic
{
    /// <summary>x·factor, a new tensor.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using Scalar number = factor;
        return x.mul(number);
    }

    /// <summary>x + y·factor, a new tensor.</summary>
    public static Tensor Plus(this Tensor x, Tensor y, double factor = 1)
    {
        using Scalar number = factor;
        return x.add(y, alpha: number);
    }

    /// <summary>x + number, a new tensor.</summary>
    public static Tensor Plus(this Tensor x, double number)
    {
        using Scalar added = number, one = 1;
        return x.add(added, alpha: one);
    }

    /// <summary>x², a new tensor. libtorch's own square takes its 2 as a number.</summary>
    public static Tensor Squared(this Tensor x) => x.mul(x);

    /// <summary>x inside ±limit, a new tensor.</summary>
    public static Tensor Clamped(this Tensor x, double limit)
    {
        using Scalar least = -limit, most = limit;
        return x.clamp(least, most);
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
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor = 1)
    {
        using Scalar number = factor;
        return x.add_(y, alpha: number);
    }

    /// <summary>x ← x + y·z·factor.</summary>
    /// <returns>x.</returns>
    public static Tensor AddProductInPlace(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar number = factor;
        return x.addcmul_(y, z, number);
    }

    /// <summary>x ← x + y/z·factor.</summary>
    /// <returns>x.</returns>
    public static Tensor AddQuotientInPlace(this Tensor x, Tensor y, Tensor z, double factor)
    {
        using Scalar number = factor;
        return x.addcdiv_(y, z, number);
    }

    /// <summary>x ← x + number.</summary>
    /// <returns>x.</returns>
    public static Tensor AddInPlace(this Tensor x, double number)
    {
        using Scalar added = number, one = 1;
        return x.add_(added, alpha: one);
    }

    /// <summary>x ← x inside ±limit.</summary>
    /// <returns>x.</returns>
    public static Tensor ClampInPlace(this Tensor x, double limit)
    {
        using Scalar least = -limit, most = limit;
        return x.clamp_(least, most);
    }
}
