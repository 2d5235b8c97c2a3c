using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Spherical interpolation between two starts (Shoemake 1985; Song et al. 2021, sec. 5.3). Gaussian starts of many
/// numbers lie near a sphere; a straight line between two leaves it, and a denoiser has never seen what is inside.
/// </summary>
public static class Slerp
{
    // Below this angle the arc is its chord to all digits of a double.
    private const double SmallAngle = 1e-7;

    /// <summary>
    /// sin((1−a)·θ)/sin θ·first + sin(a·θ)/sin θ·second for each row, with θ the angle between the rows; (1−a)·first + a·second
    /// where the rows point the same way or opposite ways and so span no arc.
    /// </summary>
    /// <param name="first">The start at fraction 0, [N, …].</param>
    /// <param name="second">The start at fraction 1, of the shape of the first.</param>
    /// <param name="fraction">a in [0, 1].</param>
    /// <returns>A new tensor that the caller owns.</returns>
    /// <exception cref="InvalidInputException">The shapes differ, or the fraction lies outside [0, 1].</exception>
    public static Tensor Between(Tensor first, Tensor second, double fraction)
    {
        TensorShapes.RequireSame(second, first, nameof(second), "the shape of the first");
        InvalidInputException.Require(
            fraction is >= 0 and <= 1, "fraction", FormattableString.Invariant($"{fraction}"), "a number in [0, 1]");

        using var scope = NewDisposeScope();
        long[] perRow = [first.shape[0], .. Enumerable.Repeat(1L, (int)first.dim() - 1)];
        Tensor a = Unit(first), b = Unit(second);

        // θ from the chord and its complement keeps its digits at small angles, where acos loses half of them.
        Tensor theta = atan2(a.Plus(b, -1).norm(1), a.Plus(b).norm(1)).Times(2);
        Tensor sin = theta.sin();
        Tensor straight = sin.Below(SmallAngle);
        Tensor ofFirst = where(straight, sin.FilledLike(1 - fraction), theta.Times(1 - fraction).sin() / sin);
        Tensor ofSecond = where(straight, sin.FilledLike(fraction), theta.Times(fraction).sin() / sin);
        Tensor fromFirst = first * ofFirst.reshape(perRow).to(first.dtype), fromSecond = second * ofSecond.reshape(perRow).to(first.dtype);
        return fromFirst.Plus(fromSecond).MoveToOuterDisposeScope();

        static Tensor Unit(Tensor rows)
        {
            Tensor flat = rows.reshape(rows.shape[0], -1).to(ScalarType.Float64);
            return flat / flat.norm(1, keepdim: true);
        }
    }
}
