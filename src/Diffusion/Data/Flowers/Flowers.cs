using System.Runtime.InteropServices;
using Diffusion.Data;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Small colour pictures of flowers, painted as they are asked for: as many as wanted, of known kinds and colours, and the
/// same for the same seed whatever the number of threads.
/// </summary>
public static class Flowers
{
    /// <summary>The height and width of a picture, in pixels.</summary>
    public const int Side = 32;

    private const int PaintedAtOnce = 1024;

    /// <summary>The kinds, by label.</summary>
    public static IReadOnlyList<string> Kinds { get; } = ["daisy", "blossom", "tulip", "sunflower", "rose", "lily", "poppy", "lavender"];

    /// <summary>The families of petal colours, by label.</summary>
    public static IReadOnlyList<string> Colours { get; } = ["white", "yellow", "orange", "red", "pink", "magenta", "violet", "blue"];

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

    /// <summary>The kind of each flower that <see cref="Generate"/> paints for the same count and seed.</summary>
    /// <returns>[N] in int64: places in <see cref="Kinds"/>.</returns>
    /// <exception cref="InvalidInputException">The count is below one.</exception>
    public static Tensor KindLabels(int count, int seed) => Labels(count, seed, traits => traits.Kind);

    /// <summary>The petals' colour of each flower that <see cref="Generate"/> paints for the same count and seed.</summary>
    /// <returns>[N] in int64: places in <see cref="Colours"/>.</returns>
    /// <exception cref="InvalidInputException">The count is below one.</exception>
    public static Tensor ColourLabels(int count, int seed) => Labels(count, seed, traits => traits.Hue);

    private static Tensor Labels(int count, int seed, Func<FlowerTraits, long> label)
    {
        CheckCount(count);
        long[] labels = new long[count];
        for (int i = 0; i < count; i++)
        {
            var random = new SplitMix(seed, i);
            labels[i] = label(FlowerTraits.Draw(ref random));
        }

        return tensor(labels);
    }

    private static void CheckCount(int count)
    {
        if (count < 1)
        {
            throw new InvalidInputException("count", $"{count}", "a whole number from 1");
        }
    }
}
