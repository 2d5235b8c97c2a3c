using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>
/// Small colour pictures of flowers, painted as they are asked for: as many as wanted, of known kinds and colours, and the
/// same for the same seed whatever the number of threads.
/// </summary>
public static class Flowers
{
    /// <summary>The height and width of a picture, in pixels.</summary>
    public const int Side = 32;

    private const int PaintedAtOnce = 1024;

    /// <summary>What grows here.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["daisy", "blossom", "tulip", "sunflower", "rose", "lily", "poppy", "lavender"];

    /// <summary>The families of petal colours.</summary>
    public static IReadOnlyList<string> Colours { get; } = ["white", "yellow", "orange", "red", "pink", "magenta", "violet", "blue"];

    /// <summary>Every kind in every colour, by label: kind · 8 + colour.</summary>
    public static IReadOnlyList<string> Classes { get; } = [.. Kinds.SelectMany(kind => Colours.Select(colour => $"{colour} {kind}"))];

    /// <summary>Paints flowers. The first of many are the same as the first of few.</summary>
    /// <param name="count">N, how many.</param>
    /// <param name="seed">Equal seeds give equal flowers.</param>
    /// <returns>[N, 3, 32, 32] in float32, from −1 to 1, as a new tensor that the caller owns.</returns>
    /// <exception cref="InvalidInputException">The count is below one.</exception>
    public static Tensor Generate(int count, int seed)
    {
        CheckCount(count);
        const int Numbers = 3 * Side * Side;
        Tensor pictures = empty(count, 3, Side, Side);
        float[] block = new float[Math.Min(count, PaintedAtOnce) * Numbers];
        for (int begin = 0; begin < count; begin += PaintedAtOnce)
        {
            int here = Math.Min(PaintedAtOnce, count - begin);
            Parallel.For(0, here, i =>
            {
                var random = new SplitMix(seed, begin + i);
                var traits = FlowerTraits.Draw(ref random);
                var canvas = new Canvas(Side);
                FlowerPainter.Paint(canvas, traits, ref random);
                canvas.CopyTo(block.AsSpan(i * Numbers, Numbers));
            });
            using Tensor painted = pictures.narrow(0, begin, here);
            MemoryMarshal.AsBytes(block.AsSpan(0, here * Numbers)).CopyTo(painted.bytes);
        }

        return pictures;
    }

    /// <summary>The label of each flower that <see cref="Generate"/> paints for the same count and seed.</summary>
    /// <returns>[N] in int64: places in <see cref="Classes"/>. The caller owns it.</returns>
    /// <exception cref="InvalidInputException">The count is below one.</exception>
    public static Tensor Labels(int count, int seed)
    {
        CheckCount(count);
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            var random = new SplitMix(seed, i);
            var traits = FlowerTraits.Draw(ref random);
            labels[i] = traits.Kind * Colours.Count + traits.Hue;
        }

        return tensor(labels);
    }

    private static void CheckCount(int count) =>
        InvalidInputException.Require(count >= 1, "count", $"{count}", "a whole number from 1");
}
