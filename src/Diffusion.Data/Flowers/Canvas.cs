namespace Diffusion.Data;

/// <summary>
/// A square picture to paint on. Lengths are in parts of its side, (0, 0) is the upper left corner; every edge is
/// antialiased from its signed distance.
/// </summary>
internal sealed class Canvas(int side)
{
    private readonly Colour[] pixels = new Colour[side * side];

    /// <summary>Paints every pixel by its place.</summary>
    public void Fill(Func<float, float, Colour> colour) => Fill(colour, (_, _) => 1);

    /// <summary>Paints over every pixel, as opaque as its place says.</summary>
    public void Fill(Func<float, float, Colour> colour, Func<float, float, float> opacity)
    {
        for (int row = 0; row < side; row++)
        {
            for (int column = 0; column < side; column++)
            {
                float x = (column + 0.5f) / side, y = (row + 0.5f) / side;
                Blend(row * side + column, colour(x, y), opacity(x, y));
            }
        }
    }

    /// <summary>A disc, brighter where the light falls; a softness above one pixel blurs its edge.</summary>
    public void Disc(double x, double y, double radius, Colour colour, double opacity = 1, double softness = 0, double relief = 0)
    {
        float cx = (float)x, cy = (float)y, r = (float)radius, edge = Edge(softness);
        foreach (var (i, px, py) in Box(x, y, radius + edge))
        {
            float dx = px - cx, dy = py - cy, distance = MathF.Sqrt(dx * dx + dy * dy) - r;
            float coverage = Coverage(distance, edge);
            if (coverage > 0)
            {
                float light = 1 - (float)relief * (dx + 1.4f * dy) / r;
                Blend(i, colour.Times(light), coverage * (float)opacity);
            }
        }
    }

    /// <summary>A stroke along a quadratic curve, thinner towards its end.</summary>
    public void Stroke(
        (double X, double Y) from, (double X, double Y) bend, (double X, double Y) to, double width, double endWidth, Colour colour)
    {
        const int Pieces = 12;
        var (ax, ay) = from;
        for (int piece = 1; piece <= Pieces; piece++)
        {
            double t = (double)piece / Pieces, u = 1 - t;
            double bx = u * u * from.X + 2 * u * t * bend.X + t * t * to.X;
            double by = u * u * from.Y + 2 * u * t * bend.Y + t * t * to.Y;
            Segment((float)ax, (float)ay, (float)bx, (float)by, (float)(width + (endWidth - width) * t), colour);
            (ax, ay) = (bx, by);
        }
    }

    /// <summary>
    /// A petal or a leaf: from its root along an angle, its half width (width · s^rise · (1−s)^fall, scaled to its peak)
    /// at the part s of its length.
    /// </summary>
    public void Petal(in PetalShape petal)
    {
        double cos = Math.Cos(petal.Angle), sin = Math.Sin(petal.Angle) * petal.Squash;
        double length = petal.Length * Math.Sqrt(cos * cos + sin * sin);
        float ux = (float)(cos * petal.Length / length), uy = (float)(sin * petal.Length / length);
        float rise = (float)petal.Rise, fall = (float)petal.Fall, edge = Edge(0);
        float peakAt = rise / (rise + fall);
        float scale = (float)petal.Width / (MathF.Pow(peakAt, rise) * MathF.Pow(1 - peakAt, fall));
        float shade = (float)petal.Shadow;
        double reach = Math.Max(length / 2, petal.Width) + 2.5 / side;
        foreach (var (i, px, py) in Box(petal.X + ux * length / 2, petal.Y + uy * length / 2, reach + length / 4))
        {
            float dx = px - (float)petal.X, dy = py - (float)petal.Y;
            float along = dx * ux + dy * uy, across = dy * ux - dx * uy, s = along / (float)length;
            if (MathF.Abs(across) > (float)petal.Width + 2f / side)
            {
                continue;
            }

            float distance;
            if (s is > 0.004f and < 0.996f)
            {
                float half = scale * MathF.Pow(s, rise) * MathF.Pow(1 - s, fall);

                // Bounded, for at a blunt end the first-order distance |f|/|∇f| is nearly 0 far from the edge.
                float slope = Math.Clamp(half * (rise / s - fall / (1 - s)) / (float)length, -1.5f, 1.5f);
                distance = (MathF.Abs(across) - half) / MathF.Sqrt(1 + slope * slope);
            }
            else
            {
                float beyond = s <= 0.004f ? along : along - (float)length;
                distance = MathF.Sqrt(beyond * beyond + across * across);
            }

            // A soft dark rim keeps petals of one colour apart where they overlap.
            if (shade > 0 && distance > -0.5f / side && distance < 2f / side)
            {
                Blend(i, petal.ShadowColour, shade * (1 - Math.Clamp(distance * side / 2f, 0, 1)));
            }

            float coverage = Coverage(distance, edge);
            if (coverage > 0)
            {
                float middle = 1 - Math.Min(1, MathF.Abs(across) / ((float)petal.Width * 0.9f));
                Colour colour = petal.Root.Mix(petal.Tip, Math.Clamp(s * 1.25f - 0.1f, 0, 1));
                float light = 1 + (float)petal.Vein * (middle - 0.5f) - 0.10f * across / (float)petal.Width;
                Blend(i, colour.Times(light), coverage);
            }
        }
    }

    /// <summary>Writes the picture as three planes of numbers from −1 to 1.</summary>
    public void CopyTo(Span<float> planes)
    {
        int size = pixels.Length;
        for (int i = 0; i < size; i++)
        {
            planes[i] = Signed(pixels[i].R);
            planes[size + i] = Signed(pixels[i].G);
            planes[2 * size + i] = Signed(pixels[i].B);
        }

        static float Signed(float value) => Math.Clamp(value, 0, 1) * 2 - 1;
    }

    private void Segment(float ax, float ay, float bx, float by, float width, Colour colour)
    {
        float dx = bx - ax, dy = by - ay, squared = Math.Max(dx * dx + dy * dy, 1e-12f), edge = Edge(0);
        foreach (var (i, px, py) in Box((ax + bx) / 2, (ay + by) / 2, MathF.Sqrt(squared) / 2 + width + edge))
        {
            float t = Math.Clamp(((px - ax) * dx + (py - ay) * dy) / squared, 0, 1);
            float ex = px - ax - t * dx, ey = py - ay - t * dy;
            float coverage = Coverage(MathF.Sqrt(ex * ex + ey * ey) - width / 2, edge);
            if (coverage > 0)
            {
                // Light from the upper left.
                Blend(i, colour.Times(1 - 0.25f * ex / width), coverage);
            }
        }
    }

    private float Edge(double softness) => Math.Max((float)softness, 0.5f / side);

    private static float Coverage(float distance, float edge) => Math.Clamp(0.5f - distance / (2 * edge), 0, 1);

    private void Blend(int i, Colour colour, float opacity) => pixels[i] = pixels[i].Mix(colour, opacity);

    private PixelBox Box(double x, double y, double reach) => new(side, (float)x, (float)y, (float)reach);

    /// <summary>The pixels of a square, row by row; a struct, for painting visits some thousands of them a flower.</summary>
    private struct PixelBox
    {
        private readonly int side, left, right, bottom;
        private int row, column;

        public PixelBox(int side, float x, float y, float reach)
        {
            this.side = side;
            left = Math.Max(0, (int)((x - reach) * side));
            right = Math.Min(side - 1, (int)((x + reach) * side));
            bottom = Math.Min(side - 1, (int)((y + reach) * side));
            row = Math.Max(0, (int)((y - reach) * side));
            column = left - 1;
        }

        public readonly (int Index, float X, float Y) Current => (row * side + column, (column + 0.5f) / side, (row + 0.5f) / side);

        public readonly PixelBox GetEnumerator() => this;

        public bool MoveNext()
        {
            if (++column > right)
            {
                column = left;
                row++;
            }

            return row <= bottom && column <= right;
        }
    }
}
