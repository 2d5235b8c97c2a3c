using SkiaSharp;
using static SkiaSharp.SKEncodedOrigin;

namespace Diffusion.Data;

/// <summary>A picture file of whatever format the codec knows, which its content tells and not its name.</summary>
internal static class PictureFile
{
    /// <summary>The most pixels that a file may have.</summary>
    public const long MaxPixels = 1L << 26;

    // PNG at one bit a pixel holds eight in a byte, and deflate makes a thousand bytes of one; GIF and JPEG stay far below. WebP
    // tells a picture of one colour in a few bytes whatever its size.
    private const long MaxPixelsPerByte = 8 * 1032;

    /// <summary>Whether a file holds a picture, from its first bytes alone.</summary>
    /// <exception cref="InvalidInputException">It holds one that has too many pixels.</exception>
    public static bool IsPicture(string file)
    {
        using SKData? data = Open(file);
        using SKCodec? codec = data is null ? null : Codec(data);
        if (codec is null)
        {
            return false;
        }

        var (width, height) = (codec.Info.Width, codec.Info.Height);
        long pixels = (long)width * height;
        long max = codec.EncodedFormat == SKEncodedImageFormat.Webp ? MaxPixels : Math.Min(MaxPixels, data!.Size * MaxPixelsPerByte);
        InvalidInputException.Require(pixels >= 1 && pixels <= max,
            file, $"{width}×{height} pixels", $"1 to {max} pixels in a file of {data!.Size} bytes");
        return true;
    }

    /// <summary>Reads a picture (of an animation, the first), turns it upright, crops the square in its middle and resizes it.</summary>
    /// <param name="file">A file that <see cref="IsPicture"/>.</param>
    /// <param name="side">The height and width to resize to, in pixels.</param>
    /// <param name="channels">1 for grey, 3 for colour.</param>
    /// <returns>Planes of side × side numbers from −1 to 1; transparent parts are white.</returns>
    /// <exception cref="InvalidInputException">The file is damaged or cut short.</exception>
    public static float[] Read(string file, int side, int channels)
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
        using SKData? data = Open(file);
        using SKCodec? codec = data is null ? null : Codec(data);
        InvalidInputException.Require(codec is not null, file, "a file that changed while it was read", "a picture");
        origin = codec.EncodedFormat == SKEncodedImageFormat.Png ? PngOrientation.Of(data!.AsSpan()) : codec.EncodedOrigin;
        var bitmap = new SKBitmap(new SKImageInfo(
            codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul, SKColorSpace.CreateSrgb()));
        if (codec.GetPixels(bitmap.Info, bitmap.GetPixels()) != SKCodecResult.Success)
        {
            bitmap.Dispose();
            throw new InvalidInputException(file, "a picture that is damaged or cut short", "a whole picture");
        }

        return bitmap;
    }

    // An empty file may be a pipe or a device, which would wait for its writer when opened.
    private static SKData? Open(string file) => new FileInfo(file).Length > 0 ? SKData.Create(file) : null;

    /// <summary>What reads this picture; null where nothing does.</summary>
    private static SKCodec? Codec(SKData data)
    {
        SKCodec? codec = SKCodec.Create(data);

        // Two zeros begin a WBMP, and many a file that is no picture, such as IDX.
        if (codec?.EncodedFormat == SKEncodedImageFormat.Wbmp)
        {
            codec.Dispose();
            return null;
        }

        return codec;
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
