using SkiaSharp;

namespace Diffusion.Plots.Tests;

public sealed class PictureTests
{
    [Fact]
    public void Pixels_are_squares_of_the_right_colour_in_the_right_place()
    {
        // Two grey pictures of 2 × 1 pixels, side by side, every pixel three wide, one pixel apart.
        using var image = Decode(Figures.Pictures("", [-1, 1, 0, 2], [2, 1, 1, 2], scale: 3));
        Assert.Equal((5 * 3, 3), (image.Width, image.Height));
        Assert.Equal(new SKColor(0, 0, 0), image.GetPixel(2, 2));
        Assert.Equal(new SKColor(255, 255, 255), image.GetPixel(3, 0));
        Assert.Equal(0, image.GetPixel(7, 1).Alpha);
        Assert.Equal(new SKColor(128, 128, 128), image.GetPixel(9, 0));
        Assert.Equal(new SKColor(255, 255, 255), image.GetPixel(14, 2));
    }

    [Fact]
    public void Channels_are_red_green_blue()
    {
        using var image = Decode(Figures.Pictures("", [1, -1, 0], [1, 3, 1, 1], scale: 1));
        Assert.Equal(new SKColor(255, 0, 128), image.GetPixel(0, 0));
    }

    [Fact]
    public void Rows_wrap_after_the_columns()
    {
        using var image = Decode(Figures.Pictures("", new float[5 * 4], [5, 1, 2, 2], columns: 2, scale: 1));
        Assert.Equal((5, 8), (image.Width, image.Height));
        Assert.Equal(0, image.GetPixel(4, 7).Alpha);
    }

    private static SKBitmap Decode(Figure figure)
    {
        var path = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName() + ".png");
        figure.Save(path);
        var image = SKBitmap.Decode(path);
        File.Delete(path);
        return image;
    }
}
