namespace Diffusion.Data;

/// <summary>What stands behind a flower: a sky, a meadow, an evening, lights out of focus, a studio.</summary>
internal static class Backdrop
{
    private delegate void Painter(Canvas canvas, ref SplitMix random);

    private static readonly (Painter Paint, Colour Typical)[] All =
    [
        (Day, new(0.62f, 0.80f, 0.94f)),
        (Meadow, new(0.55f, 0.76f, 0.62f)),
        (Evening, new(0.85f, 0.55f, 0.50f)),
        (Night, new(0.09f, 0.11f, 0.25f)),
        (Foliage, new(0.13f, 0.30f, 0.20f)),
        (Lights, new(0.28f, 0.34f, 0.24f)),
        (Studio, new(0.93f, 0.88f, 0.80f)),
        (Dusk, new(0.45f, 0.36f, 0.55f)),
    ];

    /// <summary>Paints one of them; one that would hide the petals is drawn again, once.</summary>
    public static void Paint(Canvas canvas, Colour petals, ref SplitMix random)
    {
        var first = All[random.Below(All.Length)];
        var second = All[random.Below(All.Length)];
        (petals.DistanceTo(first.Typical) >= 0.55f ? first : second).Paint(canvas, ref random);
    }

    private static void Day(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Around(0.53, 0.61);
        Sky(canvas,
            Colour.Hsv(hue, random.Around(0.40, 0.68), random.Around(0.78, 0.95)),
            Colour.Hsv(hue - 0.02, random.Around(0.06, 0.22), 0.98));
        for (int cloud = random.Below(3); cloud > 0; cloud--)
        {
            double x = random.Uniform(), y = random.Between(0.08, 0.6), size = random.Between(0.07, 0.13);
            canvas.Disc(x - size, y + 0.03, size * 0.8, new(1, 1, 1), 0.55, 0.06);
            canvas.Disc(x, y, size, new(1, 1, 1), 0.7, 0.06);
            canvas.Disc(x + size, y + 0.03, size * 0.8, new(1, 1, 1), 0.55, 0.06);
        }
    }

    private static void Meadow(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Around(0.50, 0.60);
        Sky(canvas, Colour.Hsv(hue, random.Around(0.25, 0.5), 0.93), Colour.Hsv(hue - 0.05, 0.08, 1));
        double horizon = random.Around(0.5, 0.8);
        Hill(canvas, horizon - random.Between(0.04, 0.14), Colour.Hsv(random.Around(0.28, 0.42), 0.30, 0.72), ref random);
        Hill(canvas, horizon, Colour.Hsv(random.Around(0.22, 0.34), random.Around(0.45, 0.65), random.Around(0.55, 0.75)), ref random);
    }

    private static void Evening(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Around(0.92, 1.04);
        Sky(canvas,
            Colour.Hsv(hue - 0.10, random.Around(0.35, 0.6), random.Around(0.55, 0.8)),
            Colour.Hsv(hue + 0.10, random.Around(0.4, 0.65), 1));
        if (random.Chance(0.6))
        {
            double x = random.Between(0.1, 0.9), y = random.Between(0.45, 0.85), size = random.Between(0.07, 0.14);
            canvas.Disc(x, y, size * 1.8, new(1, 0.93f, 0.7f), 0.35, 0.12);
            canvas.Disc(x, y, size, new(1, 0.95f, 0.78f), 0.9, 0.02);
        }

        if (random.Chance(0.5))
        {
            Hill(canvas, random.Between(0.78, 0.9), Colour.Hsv(random.Around(0.75, 0.95), 0.4, 0.32), ref random);
        }
    }

    private static void Night(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Around(0.60, 0.74);
        Sky(canvas,
            Colour.Hsv(hue, 0.75, random.Around(0.08, 0.18)),
            Colour.Hsv(hue + random.Between(-0.06, 0.06), 0.6, random.Around(0.28, 0.45)));
        for (int star = random.Below(14); star > 0; star--)
        {
            canvas.Disc(random.Uniform(), random.Between(0, 0.75), random.Between(0.006, 0.016),
                new(1, 0.98f, 0.9f), random.Between(0.4, 0.95));
        }

        if (random.Chance(0.4))
        {
            double x = random.Chance(0.5) ? random.Between(0.08, 0.25) : random.Between(0.75, 0.92), y = random.Between(0.08, 0.25);
            canvas.Disc(x, y, 0.13, new(0.95f, 0.93f, 0.8f), 0.25, 0.09);
            canvas.Disc(x, y, 0.065, new(0.98f, 0.96f, 0.86f));
        }
    }

    private static void Foliage(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Around(0.26, 0.46);
        Sky(canvas, Colour.Hsv(hue, 0.6, random.Around(0.16, 0.36)), Colour.Hsv(hue + 0.03, 0.65, random.Around(0.10, 0.24)));
        for (int blade = 6 + random.Below(8); blade > 0; blade--)
        {
            Colour colour = Colour.Hsv(hue + random.Between(-0.04, 0.05), 0.6, random.Between(0.18, 0.44));
            canvas.Petal(new PetalShape
            {
                X = random.Between(-0.1, 1.1),
                Y = random.Between(0.3, 1.15),
                Angle = random.Between(-2.6, -0.5),
                Length = random.Between(0.35, 0.7),
                Width = random.Between(0.03, 0.08),
                Rise = 0.6,
                Fall = 0.9,
                Squash = 1,
                Root = colour.Times(0.7f),
                Tip = colour,
                Vein = 0.25,
            });
        }
    }

    private static void Lights(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Between(0.10, 0.60);
        Sky(canvas, Colour.Hsv(hue, 0.5, random.Around(0.22, 0.42)), Colour.Hsv(hue + 0.06, 0.55, random.Around(0.12, 0.3)));
        for (int light = 7 + random.Below(8); light > 0; light--)
        {
            canvas.Disc(random.Uniform(), random.Uniform(), random.Between(0.04, 0.13),
                Colour.Hsv(hue + random.Between(-0.10, 0.14), random.Between(0.3, 0.6), random.Between(0.55, 0.95)),
                random.Between(0.15, 0.5), 0.025);
        }
    }

    private static void Studio(Canvas canvas, ref SplitMix random)
    {
        Colour middle = Colour.Hsv(random.Uniform(), random.Around(0.03, 0.28), random.Around(0.90, 1)), rim = middle.Times(0.82f);
        float cx = (float)random.Around(0.2, 0.8), cy = (float)random.Around(0.1, 0.6);
        canvas.Fill((x, y) => middle.Mix(rim, Math.Min(1, 1.2f * ((x - cx) * (x - cx) + (y - cy) * (y - cy)))));
        if (random.Chance(0.4))
        {
            Colour table = Colour.Hsv(random.Between(0.05, 0.12), random.Around(0.15, 0.45), random.Around(0.6, 0.9));
            float top = (float)random.Between(0.78, 0.9);
            canvas.Fill((_, y) => table.Times(0.85f + 0.6f * (y - top)), (_, y) => Math.Clamp((y - top) * 32, 0, 1));
        }
    }

    private static void Dusk(Canvas canvas, ref SplitMix random)
    {
        double hue = random.Around(0.62, 0.86);
        Sky(canvas,
            Colour.Hsv(hue, random.Around(0.4, 0.6), random.Around(0.30, 0.50)),
            Colour.Hsv(hue + random.Between(0.06, 0.2), random.Around(0.3, 0.5), random.Around(0.65, 0.9)));
        Hill(canvas, random.Between(0.70, 0.88), Colour.Hsv(hue - 0.08, 0.45, 0.26), ref random);
    }

    private static void Sky(Canvas canvas, Colour top, Colour bottom) => canvas.Fill((_, y) => top.Mix(bottom, y));

    private static void Hill(Canvas canvas, double horizon, Colour colour, ref SplitMix random)
    {
        float level = (float)horizon, height = (float)random.Between(0.01, 0.06);
        float phase = (float)random.Between(0, 6.3), waves = (float)random.Between(2, 5);
        canvas.Fill(
            (_, y) => colour.Times(1.1f - 0.5f * (y - level)),
            (x, y) => Math.Clamp((y - level - height * MathF.Sin(waves * x + phase)) * 28, 0, 1));
    }
}
