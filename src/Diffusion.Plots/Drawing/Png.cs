using System.Runtime.InteropServices;
using SkiaSharp;

namespace Diffusion.Plots.Drawing;

/// <summary>Encodes pixels as PNG, every pixel enlarged to a square of sharp edges.</summary>
internal static class Png
{
    /// <summary>Encodes rows of <paramref name="channels"/> bytes a pixel: 1 grey, 3 RGB, 4 RGBA.</summary>
    public static byte[] Encode(ReadOnlySpan<byte> pixels, int width, int height, int channels, int scale)
    {
        using var bitmap = new SKBitmap(new SKImageInfo(width * scale, height * scale, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        var target = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        var stride = bitmap.RowBytes / 4;
        for (var row = 0; row < height; row++)
        {
            var first = target.Slice(row * scale * stride, width * scale);
            for (var column = 0; column < width; column++)
            {
                var pixel = pixels.Slice((row * width + column) * channels, channels);
                first.Slice(column * scale, scale).Fill(channels switch
                {
                    1 => 0xFF000000u | (uint)(pixel[0] * 0x010101),
                    3 => 0xFF000000u | (uint)(pixel[0] | pixel[1] << 8 | pixel[2] << 16),
                    _ => (uint)pixel[3] << 24 | (uint)(pixel[0] | pixel[1] << 8 | pixel[2] << 16),
                });
            }
            for (var copy = 1; copy < scale; copy++)
            {
                first.CopyTo(target.Slice((row * scale + copy) * stride, width * scale));
            }
        }
        using var data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return data.ToArray();
    }

    public static string DataUri(byte[] png) => "data:image/png;base64," + Convert.ToBase64String(png);
}
