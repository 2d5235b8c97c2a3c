namespace Diffusion.Plots.Drawing;

/// <summary>Pictures as bytes, `[N, C, H, W]` with one or three channels.</summary>
internal sealed record PictureSet(byte[] Values, int Count, int Channels, int Height, int Width)
{
    public static PictureSet From(ReadOnlySpan<float> values, long[] shape)
    {
        if (shape.Length != 4 || shape[1] is not (1 or 3))
        {
            throw new ArgumentException($"Pictures take a shape [N, 1, H, W] or [N, 3, H, W]; got [{string.Join(", ", shape)}].");
        }
        var bytes = new byte[values.Length];
        for (var i = 0; i < bytes.Length; i++)
        {
            // A number that is none shows as black rather than as whatever a cast makes of it.
            bytes[i] = float.IsNaN(values[i]) ? (byte)0 : (byte)Math.Clamp(MathF.Round((values[i] + 1) * 127.5f), 0, 255);
        }
        return new PictureSet(bytes, (int)shape[0], (int)shape[1], (int)shape[2], (int)shape[3]);
    }

    /// <summary>One picture as RGBA, four bytes a pixel, written into a larger image.</summary>
    public void Paint(int picture, Span<byte> image, int imageWidth, int left, int top)
    {
        var plane = Height * Width;
        for (var row = 0; row < Height; row++)
        {
            for (var column = 0; column < Width; column++)
            {
                var target = image.Slice(((top + row) * imageWidth + left + column) * 4, 4);
                for (var channel = 0; channel < 3; channel++)
                {
                    var source = Channels == 1 ? 0 : channel;
                    target[channel] = Values[(picture * Channels + source) * plane + row * Width + column];
                }
                target[3] = 255;
            }
        }
    }
}
