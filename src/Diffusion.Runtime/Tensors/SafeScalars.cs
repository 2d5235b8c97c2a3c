using TorchSharp;
using static TorchSharp.torch;

// The one place where numbers become scalars.
#pragma warning disable RS0030

namespace Diffusion.Runtime;

/// <summary>
/// Tensor arithmetic with scalars that live until the operation is over. TorchSharp turns a number (a sum has one too, the
/// second term's factor, and a square its 2) into an object with a finalizer and hands on its address without keeping it alive,
/// so a collection at the wrong moment frees the scalar while libtorch reads it (dotnet/TorchSharp pull requests #1434 and
/// #1496). Rare, but a loop of thousands of steps beside other threads meets it.
/// </summary>
/// <remarks>
/// And one thread does what is too little to share. libtorch shares an elementwise operation from 32 768 elements on, but below a
/// million one thread is as fast, and libgomp's threads spin for milliseconds after their part, which takes a processor from the
/// network that comes next.
/// </remarks>
internal static class SafeScalars
{
    private const long SharedFrom = 32_768, ParallelThreshold = 1 << 20;

    /// <summary>a·x + b·y, a new tensor.</summary>
    public static Tensor Combine(double a, Tensor x, double b, Tensor y)
    {
        using TorchThreads few = Few(x);
        using Scalar first = a, second = b;
        return x.mul(first).add_(y, alpha: second);
    }

    /// <summary>x·factor, a new tensor.</summary>
    public static Tensor Times(this Tensor x, double factor)
    {
        using TorchThreads few = Few(x);
        using Scalar number = factor;
        return x.mul(number);
    }

    /// <summary>x + y·factor, a new tensor.</summary>
    public static Tensor Plus(this Tensor x, Tensor y, double factor = 1)
    {
        using TorchThreads few = Few(x);
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
        using TorchThreads few = Few(x);
        using Scalar least = -limit, most = limit;
        return x.clamp(least, most);
    }

    /// <summary>x ← x·factor.</summary>
    /// <returns>x.</returns>
    public static Tensor ScaleInPlace(this Tensor x, double factor)
    {
        using TorchThreads few = Few(x);
        using Scalar number = factor;
        return x.mul_(number);
    }

    /// <summary>x ← x + y·factor.</summary>
    /// <returns>x.</returns>
    public static Tensor AddInPlace(this Tensor x, Tensor y, double factor = 1)
    {
        using TorchThreads few = Few(x);
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

    /// <summary>x + number for whole numbers, a new tensor.</summary>
    public static Tensor Plus(this Tensor x, long number)
    {
        using Scalar added = number, one = 1;
        return x.add(added, alpha: one);
    }

    /// <summary>The number everywhere, in a new tensor of the shape and type of x.</summary>
    public static Tensor FilledLike(this Tensor x, double number) => empty_like(x).FillInPlace(number);

    /// <summary>Every element ← number.</summary>
    /// <returns>x.</returns>
    public static Tensor FillInPlace(this Tensor x, double number)
    {
        using Scalar value = number;
        return x.fill_(value);
    }

    /// <summary>Where x is below the number, as a new tensor of booleans.</summary>
    public static Tensor Below(this Tensor x, double number)
    {
        using Scalar limit = number;
        return x.lt(limit);
    }

    /// <summary>x ← value where the mask holds.</summary>
    /// <returns>x.</returns>
    public static Tensor FillWhereInPlace(this Tensor x, Tensor mask, long value)
    {
        using Scalar scalar = value;
        return x.masked_fill_(mask, scalar);
    }

    private static TorchThreads Few(Tensor x) => x.numel() is >= SharedFrom and < ParallelThreshold ? TorchThreads.Use(1) : default;
}
