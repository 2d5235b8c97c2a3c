using System.Runtime.InteropServices;
using SkiaSharp;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Pictures as pixels, which a file or a page takes as PNG: one by one, or a grid of all.</summary>
internal sealed class RgbaPictures
{
    /// <summary>What shows between the pictures of a file.</summary>
    public const uint White = 0xFFFFFFFF;

    /// <summary>Between the pictures of a page its own background shows.</summary>
    public const uint Transparent = 0;

    // PNG bears more, most viewers do not.
    private const long MaxPixels = 100_000_000;

    private readonly uint[] pixels;

    /// <summary>Copies pictures [N, 1 or 3, H, W] from −1 to 1; what lies outside is clipped, and not-a-number is black.</summary>
    /// <exception cref="InvalidInputException">The shape is another.</exception>
    public RgbaPictures(Tensor pictures)
    {
        InvalidInputException.Require(pictures.shape is [> 0, 1 or 3, > 0, > 0],
            "pictures", $"shape [{string.Join(", ", pictures.shape)}]", "[N, 1 or 3, H, W] with N, H and W from 1");
        (Count, Height, Width) = ((int)pictures.shape[0], (int)pictures.shape[2], (int)pictures.shape[3]);
        using var scope = NewDisposeScope();
        ReadOnlySpan<float> values = pictures.detach().cpu().to(ScalarType.Float32).contiguous().data<float>().ToArray();
        int channels = (int)pictures.shape[1], plane = Height * Width;
        pixels = new uint[Count * plane];
        for (int i = 0; i < pixels.Length; i++)
        {
            ReadOnlySpan<float> pixel = values[(i / plane * channels * plane + i % plane)..];
            uint red = Byte(pixel[0]);
            pixels[i] = 0xFF000000u | (channels == 1 ? red * 0x010101 : red | Byte(pixel[plane]) << 8 | Byte(pixel[2 * plane]) << 16);
        }

        static uint Byte(float value) => float.IsNaN(value) ? 0 : (uint)Math.Clamp(MathF.Round((value + 1) * 127.5f), 0, 255);
    }

    /// <summary>N, how many.</summary>
    public int Count { get; }

    /// <summary>H, in pixels.</summary>
    public int Height { get; }

    /// <summary>W, in pixels.</summary>
    public int Width { get; }

    /// <summary>All pictures as PNG, row by row, one pixel apart.</summary>
    /// <param name="columns">How many pictures a row has.</param>
    /// <param name="scale">The side of the sharp square that a pixel becomes, in pixels.</param>
    /// <param name="gap">The colour between the pictures: <see cref="White"/> or <see cref="Transparent"/>.</param>
    /// <exception cref="InvalidInputException">A number is below one, or the grid is too large.</exception>
    public byte[] Grid(int columns, int scale, uint gap) => Png(pixels, columns, scale, gap);

    /// <summary>One picture as PNG.</summary>
    /// <param name="index">Which, from 0.</param>
    /// <param name="scale">The side of the sharp square that a pixel becomes, in pixels.</param>
    /// <exception cref="InvalidInputException">The scale is below one, or the picture becomes too large.</exception>
    public byte[] Single(int index, int scale) =>
        Png(pixels.AsSpan(index * Height * Width, Height * Width), columns: 1, scale, Transparent);

    private byte[] Png(ReadOnlySpan<uint> source, int columns, int scale, uint gap)
    {
        InvalidInputException.Require(columns >= 1, "columns", $"{columns}", "a whole number from 1");
        InvalidInputException.Require(scale >= 1, "scale", $"{scale}", "a whole number from 1");
        int lines = source.Length / Width, count = lines / Height;
        columns = Math.Min(columns, count);
        int rows = (count + columns - 1) / columns;
        long width = (columns * (Width + 1L) - 1) * scale, height = (rows * (Height + 1L) - 1) * scale;
        InvalidInputException.Require(width * height <= MaxPixels,
            "grid", $"{width}×{height} pixels", $"at most {MaxPixels} in all; a smaller scale or fewer pictures");

        var alpha = gap == White ? SKAlphaType.Opaque : SKAlphaType.Unpremul;
        using var bitmap = new SKBitmap(new SKImageInfo((int)width, (int)height, SKColorType.Rgba8888, alpha));
        Span<uint> target = MemoryMarshal.Cast<byte, uint>(bitmap.GetPixelSpan());
        target.Fill(gap);
        int stride = bitmap.RowBytes / sizeof(uint);
        for (int line = 0; line < lines; line++)
        {
            int i = line / Height, left = i % columns * (Width + 1) * scale, top = (i / columns * (Height + 1) + line % Height) * scale;
            Span<uint> enlarged = target.Slice(top * stride + left, Width * scale);
            for (int column = 0; column < Width; column++)
            {
                enlarged.Slice(column * scale, scale).Fill(source[line * Width + column]);
            }

            for (int copy = 1; copy < scale; copy++)
            {
                enlarged.CopyTo(target.Slice((top + copy) * stride + left, Width * scale));
            }
        }

        using SKData png = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        return png.ToArray();
    }
}
