using System.Globalization;
using static TorchSharp.torch;

namespace Diffusion.Plots;

/// <summary>Says of a reader's answer whether it is right, in one line: ✓ and what was asked, or ✗ and a hint.</summary>
public static class Exercises
{
    /// <summary>Checks a number.</summary>
    /// <param name="what">What was asked for.</param>
    /// <param name="yours">The reader's number; NaN stands for none yet.</param>
    /// <param name="expected">The right one.</param>
    /// <param name="tolerance">How far off it may be, as a part of the right one (of 1 where that is smaller).</param>
    /// <param name="hint">What to think of where it is not right.</param>
    /// <returns>Whether it is right.</returns>
    public static bool Check(string what, double yours, double expected, double tolerance = 1e-3, string hint = "")
    {
        if (double.IsNaN(yours))
        {
            return Tell(false, what, Join("no answer yet", hint));
        }

        bool right = Math.Abs(yours - expected) <= tolerance * Math.Max(1, Math.Abs(expected));
        return Tell(right, what, Join($"not {yours.ToString("G6", CultureInfo.InvariantCulture)}", hint));
    }

    /// <summary>Checks a tensor, such as what a loop of the reader's own ends with.</summary>
    /// <param name="what">What was asked for.</param>
    /// <param name="yours">The reader's tensor; null stands for none yet.</param>
    /// <param name="expected">The right one.</param>
    /// <param name="tolerance">How far off its most distant number may be.</param>
    /// <param name="hint">What to think of where it is not right.</param>
    /// <returns>Whether it is right.</returns>
    public static bool Check(string what, Tensor? yours, Tensor expected, double tolerance = 1e-4, string hint = "")
    {
        if (yours is null)
        {
            return Tell(false, what, Join("no answer yet", hint));
        }

        if (!yours.shape.AsSpan().SequenceEqual(expected.shape))
        {
            return Tell(false, what, Join(
                $"a tensor of shape [{string.Join(", ", yours.shape)}], and not [{string.Join(", ", expected.shape)}]", hint));
        }

        using var scope = NewDisposeScope();
        double off = yours.to(ScalarType.Float64).Plus(expected.to(ScalarType.Float64), -1).abs().max().item<double>();
        return Tell(off <= tolerance, what, Join($"off by up to {off.ToString("G3", CultureInfo.InvariantCulture)}", hint));
    }

    /// <summary>Checks a claim.</summary>
    /// <param name="what">What was asked for.</param>
    /// <param name="right">Whether it holds.</param>
    /// <param name="hint">What to think of where it does not.</param>
    /// <returns>Whether it is right.</returns>
    public static bool Check(string what, bool right, string hint = "") => Tell(right, what, hint.Length > 0 ? hint : "not yet");

    private static string Join(string off, string hint) => hint.Length > 0 ? $"{off}. {hint}" : off;

    private static bool Tell(bool right, string what, string off)
    {
        Console.WriteLine(right ? $"✓ {what}" : $"✗ {what}: {off}");
        return right;
    }
}
