namespace Diffusion.Data;

/// <summary>What a flower is, before it is painted.</summary>
/// <param name="Kind">The place of its kind in <see cref="Flowers.Kinds"/>.</param>
/// <param name="Hue">The place of its petals' colour in <see cref="Flowers.Colours"/>.</param>
internal readonly record struct FlowerTraits(int Kind, int Hue)
{
    private static readonly (double Hue, double Saturation, double Value)[] Petals =
    [
        (0.12, 0.05, 1.00),
        (0.145, 0.80, 1.00),
        (0.075, 0.85, 1.00),
        (0.990, 0.85, 0.88),
        (0.945, 0.42, 1.00),
        (0.870, 0.72, 0.85),
        (0.745, 0.58, 0.82),
        (0.620, 0.62, 0.95),
    ];

    /// <summary>Draws the traits: all pairs of a kind and a colour are as likely.</summary>
    public static FlowerTraits Draw(ref SplitMix random) => new(random.Below(Flowers.Kinds.Count), random.Below(Petals.Length));

    /// <summary>One petal colour of this flower's family.</summary>
    public Colour PetalColour(ref SplitMix random)
    {
        var (hue, saturation, value) = Petals[Hue];
        return Colour.Hsv(
            hue + random.Around(-0.022, 0.022),
            Math.Clamp(saturation + random.Around(-0.13, 0.13) * (saturation < 0.1 ? 0.3 : 1), 0, 1),
            Math.Clamp(value + random.Around(-0.1, 0.06), 0, 1));
    }
}
