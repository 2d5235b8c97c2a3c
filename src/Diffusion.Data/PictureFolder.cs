using SkiaSharp;
using static SkiaSharp.SKEncodedOrigin;
using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>The reader's own pictures: a folder of PNG and JPEG files of any size.</summary>
public static class PictureFolder
{
    /// <summary>The most pixels that a file may have.</summary>
    public const long MaxPixels = 1L << 26;

    // PNG at one bit a pixel holds eight in a byte, and deflate makes a thousand bytes of one.
    private const long MaxPixelsPerByte = 8 * 1032;

    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg"];

    /// <summary>
    /// Reads every PNG and JPEG file of a folder (not of the folders in it), in the order of their names. Each is turned
    /// upright as its camera noted, cropped to the square in its middle and resized.
    /// </summary>
    /// <param name="folder">The folder.</param>
    /// <param name="side">The height and width to resize to, in pixels: 1 to 1024.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <returns>[N, channels, side, side] in float32, from −1 to 1. Transparent parts become white. The caller owns it.</returns>
    /// <exception cref="InvalidInputException">
    /// There is no such folder or no picture in it; a number is out of range; or a file is damaged or too large, and it is named.
    /// </exception>
    public static Tensor Load(string folder, int side, int channels = 3)
    {
        InvalidInputException.Require(side is >= 1 and <= 1024, "side", $"{side}", "1 to 1024 pixels");
        InvalidInputException.Require(channels is 1 or 3, "channels", $"{channels}", "1 (grey) or 3 (colour)");
        InvalidInputException.Require(Directory.Exists(folder), folder, "no such folder", "a folder of PNG and JPEG files");
        string[] files = [.. Directory.EnumerateFiles(folder)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)];
        InvalidInputException.Require(files.Length > 0, folder, "no picture", "a folder of PNG and JPEG files");

        using var scope = NewDisposeScope();
        var pictures = new List<Tensor>();
        foreach (string file in files)
        {
            pictures.Add(tensor(Read(file, side, channels), [channels, side, side]));
        }

        return stack(pictures).MoveToOuterDisposeScope();
    }

    private static float[] Read(string file, int side, int channels)
    {
        using SKBitmap bitmap = Decode(file, out SKEncodedOrigin origin);
        float[] upright = Orient(Shrink(bitmap, side), side, origin);
        if (channels == 3)
        {
            return upright;
        }

        // Luma of ITU-R BT.601, as JPEG has it.
        int size = side * side;
        float[] grey = new float[size];
        for (int i = 0; i < size; i++)
        {
            grey[i] = 0.299f * upright[i] + 0.587f * upright[size + i] + 0.114f * upright[2 * size + i];
        }

        return grey;
    }

    private static SKBitmap Decode(string file, out SKEncodedOrigin origin)
    {
        using var data = SKData.Create(file);
        using SKCodec? codec = data is { Size: > 0 } ? SKCodec.Create(data) : null;
        InvalidInputException.Require(codec is not null, file, "a file that is no picture or is damaged", "PNG or JPEG");

        // Before any memory is taken for them.
        var (width, height) = (codec.Info.Width, codec.Info.Height);
        long pixels = (long)width * height, max = Math.Min(MaxPixels, data!.Size * MaxPixelsPerByte);
        InvalidInputException.Require(pixels >= 1 && pixels <= max,
            file, $"{width}×{height} pixels", $"1 to {max} pixels in a file of {data.Size} bytes");

        origin = codec.EncodedOrigin;
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidInputException(file, "a picture that is damaged or cut short", "PNG or JPEG");
        }

        return bitmap;
    }

    /// <summary>The square in the middle as three planes of side × side numbers from −1 to 1.</summary>
    private static float[] Shrink(SKBitmap bitmap, int side)
    {
        int square = Math.Min(bitmap.Width, bitmap.Height);
        int left = (bitmap.Width - square) / 2, top = (bitmap.Height - square) / 2;
        var weights = Resampling.Weights(square, side);
        ReadOnlySpan<byte> bytes = bitmap.GetPixelSpan();

        // Rows first: one line of the picture at a time, each added to the few target rows that it belongs to.
        float[] planes = new float[3 * side * side];
        float[] line = new float[3 * side];
        for (int row = 0; row < square; row++)
        {
            ReadOnlySpan<byte> source = bytes.Slice((top + row) * bitmap.RowBytes + left * 4, square * 4);
            for (int column = 0; column < side; column++)
            {
                var (first, share) = weights[column];
                float red = 0, green = 0, blue = 0;
                for (int i = 0; i < share.Length; i++)
                {
                    ReadOnlySpan<byte> pixel = source.Slice((first + i) * 4, 4);
                    int white = 255 - pixel[3];
                    red += share[i] * (pixel[0] + white);
                    green += share[i] * (pixel[1] + white);
                    blue += share[i] * (pixel[2] + white);
                }

                (line[column], line[side + column], line[2 * side + column]) = (red, green, blue);
            }

            for (int target = 0; target < side; target++)
            {
                var (first, share) = weights[target];
                if (row < first || row >= first + share.Length)
                {
                    continue;
                }

                for (int plane = 0; plane < 3; plane++)
                {
                    for (int column = 0; column < side; column++)
                    {
                        planes[(plane * side + target) * side + column] += share[row - first] * line[plane * side + column];
                    }
                }
            }
        }

        for (int i = 0; i < planes.Length; i++)
        {
            planes[i] = Math.Clamp(planes[i] / 127.5f - 1, -1, 1);
        }

        return planes;
    }

    /// <summary>Turns a square picture as the Exif orientation says.</summary>
    private static float[] Orient(float[] planes, int side, SKEncodedOrigin origin)
    {
        bool transposed = origin is LeftTop or RightTop or RightBottom or LeftBottom;
        bool mirrored = origin is TopRight or BottomRight or RightTop or RightBottom;
        bool upended = origin is BottomRight or BottomLeft or RightBottom or LeftBottom;
        if (!transposed && !mirrored && !upended)
        {
            return planes;
        }

        float[] turned = new float[planes.Length];
        for (int plane = 0; plane < 3; plane++)
        {
            for (int row = 0; row < side; row++)
            {
                for (int column = 0; column < side; column++)
                {
                    int x = mirrored ? side - 1 - column : column, y = upended ? side - 1 - row : row;
                    int from = transposed ? x * side + y : y * side + x;
                    turned[(plane * side + row) * side + column] = planes[plane * side * side + from];
                }
            }
        }

        return turned;
    }
}
