namespace Diffusion.Data;

/// <summary>Red, green and blue from 0 to 1, as a screen shows them.</summary>
internal readonly record struct Colour(float R, float G, float B)
{
    /// <summary>From hue (in turns), saturation and value.</summary>
    public static Colour Hsv(double hue, double saturation, double value)
    {
        return new(Channel(5), Channel(3), Channel(1));

        float Channel(int n)
        {
            double k = (n + hue * 6) % 6;
            k = k < 0 ? k + 6 : k;
            return (float)(value - value * saturation * Math.Clamp(Math.Min(k, 4 - k), 0, 1));
        }
    }

    public Colour Mix(Colour other, float part) =>
        new(R + (other.R - R) * part, G + (other.G - G) * part, B + (other.B - B) * part);

    public Colour Times(float light) => new(Math.Min(1, R * light), Math.Min(1, G * light), Math.Min(1, B * light));

    public float DistanceTo(Colour other) =>
        MathF.Sqrt((R - other.R) * (R - other.R) + (G - other.G) * (G - other.G) + (B - other.B) * (B - other.B));
}
