using System.Runtime.InteropServices;
using Diffusion.Files;
using SkiaSharp;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Pictures side by side in one PNG.</summary>
public static class PictureGrid
{
    // PNG bears more, most viewers do not.
    private const long MostPixels = 100_000_000;

    /// <summary>Writes pictures row by row, one pixel apart, every pixel enlarged to a square of sharp edges.</summary>
    /// <param name="path">The PNG file, whole or not there at all; its folder is created if need be.</param>
    /// <param name="pictures">[N, 1 or 3, H, W] from −1 to 1; what lies outside is clipped.</param>
    /// <param name="columns">How many pictures a row has.</param>
    /// <param name="scale">The side of a pixel in the file, in pixels.</param>
    /// <exception cref="InvalidInputException">The shape is another, a number is below one, or the grid is too large.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static void Save(string path, Tensor pictures, int columns, int scale = 1)
    {
        if (pictures.dim() != 4 || pictures.shape[0] < 1 || pictures.shape[1] is not (1 or 3))
        {
            throw new InvalidInputException("pictures", $"shape [{string.Join(", ", pictures.shape)}]", "[N, 1 or 3, H, W] with N from 1");
        }

        Check("columns", columns);
        Check("scale", scale);
        int count = (int)pictures.shape[0], channels = (int)pictures.shape[1], high = (int)pictures.shape[2], wide = (int)pictures.shape[3];
        columns = Math.Min(columns, count);
        int rows = (count + columns - 1) / columns;
        long width = (columns * (wide + 1L) - 1) * scale, height = (rows * (high + 1L) - 1) * scale;
        if (width * height is > MostPixels or < 1)
        {
            throw new InvalidInputException("grid", $"{width}×{height} pixels", $"at most {MostPixels} in all; a smaller scale or fewer pictures");
        }

        using var scope = NewDisposeScope();
        byte[] values = pictures.detach().cpu().to(ScalarType.Float32).add(1).mul_(127.5).round_().nan_to_num(0).clamp_(0, 255)
            .to(ScalarType.Byte).permute(0, 2, 3, 1).contiguous().bytes.ToArray();
        using var bitmap = new SKBitmap(new SKImageInfo((int)width, (int)height, SKColorType.Rgba8888, SKAlphaType.Opaque));
        Span<uint> target = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        target.Fill(0xFFFFFFFFu);
        int stride = bitmap.RowBytes / sizeof(uint);
        for (int i = 0; i < count; i++)
        {
            int left = i % columns * (wide + 1) * scale, top = i / columns * (high + 1) * scale;
            for (int row = 0; row < high * scale; row++)
            {
                Span<uint> line = target.Slice((top + row) * stride + left, wide * scale);
                for (int column = 0; column < line.Length; column++)
                {
                    var pixel = values.AsSpan(((i * high + row / scale) * wide + column / scale) * channels, channels);
                    line[column] = 0xFF000000u | (uint)(channels == 1 ? pixel[0] * 0x010101 : pixel[0] | pixel[1] << 8 | pixel[2] << 16);
                }
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        AtomicFile.Write(path, png.SaveTo);

        static void Check(string name, int value)
        {
            if (value < 1)
            {
                throw new InvalidInputException(name, $"{value}", "a whole number from 1");
            }
        }
    }
}
