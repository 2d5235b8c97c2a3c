using SkiaSharp;
using static TorchSharp.torch;

namespace Diffusion.Plots.Tests;

public sealed class PictureTests
{
    [Fact]
    public void Pixels_are_squares_of_the_right_colour_in_the_right_place()
    {
        // Two grey pictures of 2 × 1 pixels, side by side, every pixel three wide, one pixel apart.
        using var image = Decode([-1, 1, 0, 2], [2, 1, 1, 2], columns: 8, scale: 3);
        Assert.Equal((5 * 3, 3), (image.Width, image.Height));
        Assert.Equal(new SKColor(0, 0, 0), image.GetPixel(2, 2));
        Assert.Equal(new SKColor(255, 255, 255), image.GetPixel(3, 0));
        Assert.Equal(new SKColor(128, 128, 128), image.GetPixel(9, 0));
        Assert.Equal(new SKColor(255, 255, 255), image.GetPixel(14, 2));
    }

    [Fact]
    public void Between_pictures_the_page_shows()
    {
        using var image = Decode([-1, 1, 0, 2], [2, 1, 1, 2], columns: 8, scale: 3);
        Assert.Equal([255, 0, 0, 0, 255], Enumerable.Range(5, 5).Select(x => (int)image.GetPixel(x, 1).Alpha));
    }

    [Fact]
    public void Channels_are_red_green_blue()
    {
        using var image = Decode([1, -1, 0], [1, 3, 1, 1], columns: 8, scale: 1);
        Assert.Equal(new SKColor(255, 0, 128), image.GetPixel(0, 0));
    }

    [Fact]
    public void Rows_wrap_after_the_columns()
    {
        using var image = Decode(new float[5 * 4], [5, 1, 2, 2], columns: 2, scale: 1);
        Assert.Equal((5, 8), (image.Width, image.Height));
        Assert.Equal(0, image.GetPixel(4, 7).Alpha);
    }

    private static SKBitmap Decode(float[] values, long[] shape, int columns, int scale)
    {
        using var folder = new TemporaryFolder();
        using var pictures = tensor(values, shape);
        Figures.Pictures("", pictures, columns, scale: scale).Save(folder.File("pictures.png"));
        return SKBitmap.Decode(folder.File("pictures.png"));
    }
}
