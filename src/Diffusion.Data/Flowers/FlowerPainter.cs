namespace Diffusion.Data;

/// <summary>Paints one flower: backdrop, stem, leaves, petals, centre.</summary>
internal static class FlowerPainter
{
    private const double Turn = 2 * Math.PI;

    public static void Paint(Canvas canvas, FlowerTraits traits, ref SplitMix random)
    {
        Colour petals = traits.PetalColour(ref random);
        Backdrop.Paint(canvas, petals, ref random);
        Colour green = Colour.Hsv(random.Around(0.24, 0.40), random.Around(0.45, 0.75), random.Around(0.36, 0.66));
        string kind = Flowers.Kinds[traits.Kind];
        double size = random.Between(0.20, 0.38);
        double x = 0.5 + random.Around(-0.13, 0.13), y = random.Around(0.30, 0.46) + (kind == "lavender" ? size * 0.45 : 0);

        // A second, smaller one of the same plant stands behind.
        if (size < 0.31 && random.Chance(0.28))
        {
            double smaller = size * random.Between(0.5, 0.68), side = x < 0.5 ? 1 : -1;
            Plant(x + side * random.Between(0.27, 0.34), y + random.Between(0.10, 0.28), smaller, ref random);
        }

        Plant(x, y, size, ref random);

        void Plant(double headX, double headY, double radius, ref SplitMix random)
        {
            double footX = headX + random.Around(-0.22, 0.22), width = 0.034 + 0.05 * radius;
            (double X, double Y) bend = ((headX + footX) / 2 + random.Around(-0.14, 0.14), (headY + 1) / 2);
            Leaves((footX, 1.05), bend, (headX, headY), ref random);
            canvas.Stroke((footX, 1.05), bend, (headX, headY), width * 1.25, width * 0.8, green);
            Head(canvas, kind, headX, headY, radius, petals, green, ref random);
        }

        void Leaves((double X, double Y) foot, (double X, double Y) bend, (double X, double Y) head, ref SplitMix random)
        {
            bool broad = kind is not ("tulip" or "lavender");
            double side = random.Chance(0.5) ? 1 : -1;
            for (int leaf = 1 + random.Below(3); leaf > 0; leaf--, side = -side)
            {
                double t = broad ? random.Between(0.12, 0.55) : random.Between(0.02, 0.2), u = 1 - t;
                Colour tip = green.Times((float)random.Between(0.95, 1.3));
                canvas.Petal(new PetalShape
                {
                    X = u * u * foot.X + 2 * u * t * bend.X + t * t * head.X,
                    Y = u * u * foot.Y + 2 * u * t * bend.Y + t * t * head.Y,
                    Angle = -Math.PI / 2 + side * (broad ? random.Between(0.6, 1.25) : random.Between(0.2, 0.55)),
                    Length = broad ? random.Between(0.20, 0.33) : random.Between(0.34, 0.55),
                    Width = broad ? random.Between(0.045, 0.085) : random.Between(0.03, 0.05),
                    Rise = 0.7,
                    Fall = 0.8,
                    Squash = 1,
                    Root = green.Times(0.75f),
                    Tip = tip,
                    Vein = 0.35,
                });
            }
        }
    }

    private static void Head(
        Canvas canvas, string kind, double x, double y, double radius, Colour colour, Colour green, ref SplitMix random)
    {
        // How the head is turned from the viewer, and its petals against each other.
        double squash = random.Around(0.78, 1.0), turn = random.Between(0, Turn);
        Colour root = random.Chance(0.5)
            ? colour.Mix(new(1, 0.95f, 0.6f), (float)random.Between(0, 0.55))
            : colour.Times((float)random.Between(0.6, 1));

        // White throws a light shadow, and a cool one.
        Colour shadow = Math.Min(colour.R, Math.Min(colour.G, colour.B)) > 0.75f ? new(0.58f, 0.60f, 0.70f) : colour.Times(0.42f);
        var petal = new PetalShape
        {
            X = x,
            Y = y,
            Squash = squash,
            Root = root,
            Tip = colour,
            Vein = random.Between(-0.15, 0.2),
            Shadow = 0.42,
            ShadowColour = shadow,
        };
        Colour gold = Colour.Hsv(random.Around(0.09, 0.15), random.Around(0.75, 0.95), random.Around(0.85, 1));
        switch (kind)
        {
            case "daisy":
                var strip = petal with { Length = radius, Width = radius * 0.16, Rise = 0.5, Fall = 0.28, Shadow = 0.3 };
                Ring(canvas, strip, 11 + random.Below(5), turn, ref random);
                Centre(canvas, x, y, radius * random.Between(0.28, 0.36), Contrast(colour, gold), ref random);
                break;
            case "blossom":
                var round = petal with { Length = radius, Width = radius * random.Between(0.40, 0.48), Rise = 0.62, Fall = 0.24 };
                Ring(canvas, round, 5, turn, ref random);
                Stamens(canvas, x, y, radius * 0.42, squash, 7, gold, ref random);
                Centre(canvas, x, y, radius * random.Between(0.15, 0.2), Contrast(colour, gold), ref random);
                break;
            case "tulip":
                Tulip(canvas, petal with { Squash = 1, Shadow = 0.5 }, radius, ref random);
                break;
            case "sunflower":
                int rays = 13 + random.Below(6);
                var ray = petal with { Length = radius * 1.08, Width = radius * 0.15, Rise = 0.5, Fall = 0.6 };
                Ring(canvas, ray with { Root = root.Times(0.8f), Tip = colour.Times(0.82f) }, rays, turn + Math.PI / rays, ref random);
                Ring(canvas, ray with { Length = radius * 0.95 }, rays, turn, ref random);
                SeedDisc(canvas, x, y, radius * random.Between(0.40, 0.5), ref random);
                break;
            case "rose":
                Rose(canvas, petal with { Vein = 0.1 }, radius, turn, ref random);
                break;
            case "lily":
                var lobe = petal with { Length = radius * 1.12, Width = radius * 0.24, Rise = 0.6, Fall = 0.75, Vein = -0.3 };
                Ring(canvas, lobe with { Tip = colour.Times(0.88f) }, 3, turn + Turn / 6, ref random);
                Ring(canvas, lobe, 3, turn, ref random);
                Colour rust = Colour.Hsv(random.Around(0.02, 0.1), 0.85, random.Between(0.45, 0.85));
                Stamens(canvas, x, y, radius * 0.5, squash, 6, rust, ref random);
                break;
            case "poppy":
                var bowl = petal with { Width = radius * 0.58, Rise = 0.55, Fall = 0.24, Root = root.Times(0.75f), Shadow = 0.5 };
                Ring(canvas, bowl with { Length = radius * 0.98, Tip = colour.Times(0.88f) }, 3, turn + Turn / 6, ref random);
                Ring(canvas, bowl with { Length = radius * 0.9 }, 3, turn, ref random);
                Colour dark = Colour.Hsv(random.Around(0.65, 1), 0.45, random.Between(0.08, 0.22));
                Stamens(canvas, x, y, radius * 0.36, squash, 10, dark, ref random);
                Centre(canvas, x, y, radius * 0.17, Colour.Hsv(random.Around(0.18, 0.3), 0.5, 0.55), ref random);
                break;
            default:
                Lavender(canvas, x, y, radius, colour, green, ref random);
                break;
        }
    }

    private static void Ring(Canvas canvas, PetalShape petal, int count, double turn, ref SplitMix random)
    {
        // Every second petal lies above its neighbours.
        for (int pass = 0; pass < 2; pass++)
        {
            for (int i = pass; i < count; i += 2)
            {
                float light = (float)random.Between(0.92, 1.06);
                canvas.Petal(petal with
                {
                    Angle = turn + Turn * i / count + random.Around(-0.25, 0.25) / count * 2,
                    Length = petal.Length * random.Around(0.9, 1.06),
                    Root = petal.Root.Times(light),
                    Tip = petal.Tip.Times(light),
                });
            }
        }
    }

    private static void Centre(Canvas canvas, double x, double y, double radius, Colour colour, ref SplitMix random)
    {
        canvas.Disc(x, y, radius + 0.014, colour.Times(0.55f), 0.7, 0.02);
        canvas.Disc(x, y, radius, colour, relief: 0.16);
        for (int grain = 3 + random.Below(4); grain > 0 && radius > 0.05; grain--)
        {
            double angle = random.Between(0, Turn), from = radius * random.Between(0.1, 0.7);
            Colour shade = colour.Times(random.Chance(0.5) ? 0.75f : 1.25f);
            canvas.Disc(x + from * Math.Cos(angle), y + from * Math.Sin(angle), 0.014, shade, 0.8);
        }
    }

    private static void SeedDisc(Canvas canvas, double x, double y, double radius, ref SplitMix random)
    {
        Colour brown = Colour.Hsv(random.Around(0.03, 0.09), random.Around(0.55, 0.8), random.Between(0.20, 0.42));
        canvas.Disc(x, y, radius, brown.Times(0.75f));
        canvas.Disc(x, y, radius * 0.78, brown.Times(1.45f), relief: 0.1);
        canvas.Disc(x, y, radius * 0.45, brown.Times(0.85f), softness: 0.03);

        // Vogel 1979: seeds turn by the golden angle, and so fill the disc evenly.
        double turn = random.Between(0, Turn);
        for (int seed = 1; seed <= 16; seed++)
        {
            double from = radius * 0.94 * Math.Sqrt(seed / 16.5), angle = turn + seed * 2.39996;
            canvas.Disc(x + from * Math.Cos(angle), y + from * Math.Sin(angle), 0.012, brown.Times(2.1f), 0.55);
        }
    }

    private static void Stamens(Canvas canvas, double x, double y, double length, double squash, int count, Colour tip, ref SplitMix random)
    {
        double turn = random.Between(0, Turn);
        for (int i = 0; i < count; i++)
        {
            double angle = turn + Turn * i / count + random.Around(-0.2, 0.2), reach = length * random.Between(0.75, 1.1);
            double tipX = x + reach * Math.Cos(angle), tipY = y + reach * squash * Math.Sin(angle);
            canvas.Stroke((x, y), ((x + tipX) / 2, (y + tipY) / 2), (tipX, tipY), 0.016, 0.012, tip.Mix(new(1, 1, 0.85f), 0.45f));
            canvas.Disc(tipX, tipY, 0.021, tip);
        }
    }

    private static void Tulip(Canvas canvas, PetalShape petal, double radius, ref SplitMix random)
    {
        double height = radius * random.Between(1.45, 1.75), open = random.Between(0.22, 0.5), foot = petal.Y + radius * 0.62;
        var lobe = petal with { Y = foot, Length = height, Width = radius * 0.42, Rise = 0.42, Fall = 0.5, Vein = 0.25 };
        Colour back = petal.Tip.Times(0.72f);
        canvas.Petal(lobe with { Angle = -Math.PI / 2 - open * 0.45, Root = back, Tip = back });
        canvas.Petal(lobe with { Angle = -Math.PI / 2 + open * 0.45, Root = back, Tip = back });
        canvas.Petal(lobe with { Angle = -Math.PI / 2 - open, Tip = petal.Tip.Times(0.92f) });
        canvas.Petal(lobe with { Angle = -Math.PI / 2 + open, Tip = petal.Tip.Times(0.86f) });
        canvas.Petal(lobe with { Angle = -Math.PI / 2 + random.Around(-0.12, 0.12), Length = height * 0.9, Width = radius * 0.46 });
    }

    private static void Rose(Canvas canvas, PetalShape petal, double radius, double turn, ref SplitMix random)
    {
        const int Rings = 4;
        for (int ring = 0; ring < Rings; ring++)
        {
            double length = radius * (1 - 0.235 * ring);
            float light = 1.02f - 0.10f * ring;
            Ring(canvas, petal with
            {
                Length = length,
                Width = length * 0.52,
                Rise = 0.5,
                Fall = 0.2,
                Root = petal.Tip.Mix(petal.ShadowColour, 0.7f),
                Tip = petal.Tip.Times(light),
                Shadow = 0.5,
            }, ring < 2 ? 6 : 5 - (ring - 2), turn + ring * 0.55, ref random);
        }

        canvas.Disc(petal.X, petal.Y, radius * 0.12, petal.Tip.Times(0.5f), softness: 0.03);
    }

    private static void Lavender(Canvas canvas, double x, double y, double radius, Colour colour, Colour green, ref SplitMix random)
    {
        double height = radius * random.Between(2.2, 2.6), top = y - radius * 1.1, lean = random.Around(-0.25, 0.25);
        canvas.Stroke((x, y), (x, y + height / 3), (x - lean * 0.1, y + height * 0.5), 0.03, 0.03, green);
        int rows = 6 + random.Below(3);
        for (int row = rows; row >= 0; row--)
        {
            double part = (double)row / rows, cy = top + part * height * 0.8, cx = x + lean * (0.5 - part) * radius;
            double half = radius * 0.55 * (0.18 + 0.82 * Math.Sin(Math.PI * Math.Min(1, 0.12 + part * 0.72)));
            for (int floret = -1; floret <= 1; floret++)
            {
                Colour shade = colour.Times((float)random.Between(0.72, 1.12));
                double angle = -Math.PI / 2 + floret * random.Between(0.75, 1.2);
                canvas.Petal(new PetalShape
                {
                    X = cx + floret * half * 0.25,
                    Y = cy + random.Around(-0.015, 0.015),
                    Angle = angle,
                    Length = half * 0.95 + 0.03,
                    Width = 0.028 + half * 0.16,
                    Rise = 0.5,
                    Fall = 0.35,
                    Squash = 1,
                    Root = shade.Times(0.75f),
                    Tip = shade,
                    Vein = 0.15,
                    Shadow = 0.4,
                    ShadowColour = colour.Times(0.4f),
                });
            }
        }
    }

    /// <summary>A gold that yellow petals would hide becomes brown.</summary>
    private static Colour Contrast(Colour petals, Colour gold) => petals.DistanceTo(gold) < 0.4f ? new(0.45f, 0.24f, 0.10f) : gold;
}
