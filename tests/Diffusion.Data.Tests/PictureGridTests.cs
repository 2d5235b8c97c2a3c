using SkiaSharp;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public sealed class PictureGridTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_pixel_of_every_picture_is_where_it_belongs()
    {
        using var scope = NewDisposeScope();
        var pictures = rand(5, 3, 4, 6) * 2 - 1;
        string path = folder.File("grid.png");
        PictureGrid.Save(path, pictures, columns: 3, scale: 2);
        using SKBitmap grid = SKBitmap.Decode(path);
        Assert.Equal(((3 * 7 - 1) * 2, (2 * 5 - 1) * 2), (grid.Width, grid.Height));
        for (int i = 0; i < 5; i++)
        {
            for (int y = 0; y < 8; y++)
            {
                for (int x = 0; x < 12; x++)
                {
                    SKColor pixel = grid.GetPixel(i % 3 * 14 + x, i / 3 * 10 + y);
                    Assert.Equal((Byte(0), Byte(1), Byte(2)), (pixel.Red, pixel.Green, pixel.Blue));

                    byte Byte(int channel) => (byte)Math.Round((pictures[i, channel, y / 2, x / 2].item<float>() + 1) * 127.5f);
                }
            }
        }

        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Fact]
    public void Pictures_of_a_file_are_one_white_pixel_apart()
    {
        using var scope = NewDisposeScope();
        PictureGrid.Save(folder.File("grid.png"), zeros(3, 1, 2, 2), columns: 2, scale: 3);
        using SKBitmap grid = SKBitmap.Decode(folder.File("grid.png"));
        Assert.Equal((15, 15), (grid.Width, grid.Height));
        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(SKColors.White, grid.GetPixel(7, i)));
        Assert.All(Enumerable.Range(0, 15), i => Assert.Equal(SKColors.White, grid.GetPixel(i, 7)));
        Assert.Equal(SKColors.White, grid.GetPixel(14, 14));
    }

    [Fact]
    public void Grey_pictures_and_numbers_out_of_range_are_drawn()
    {
        using var scope = NewDisposeScope();
        PictureGrid.Save(folder.File("grey.png"), tensor([-5f, 0f, 5f, float.NaN], [1, 1, 2, 2]), columns: 4);
        using SKBitmap grid = SKBitmap.Decode(folder.File("grey.png"));
        Assert.Equal((2, 2), (grid.Width, grid.Height));
        Assert.Equal([0, 128, 255, 0], new[] { (0, 0), (1, 0), (0, 1), (1, 1) }.Select(at => (int)grid.GetPixel(at.Item1, at.Item2).Red));
    }

    [Fact]
    public void What_is_no_grid_is_refused()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("a.png");
        Refused.With("pictures", "[3, 4]", "[N, 1 or 3, H, W]", () => PictureGrid.Save(path, zeros(3, 4), 1));
        Refused.With("pictures", "[1, 2, 4, 4]", "[N, 1 or 3, H, W]", () => PictureGrid.Save(path, zeros(1, 2, 4, 4), 1));
        Refused.With("columns", "0", "from 1", () => PictureGrid.Save(path, zeros(1, 3, 4, 4), 0));
        Refused.With("scale", "0", "from 1", () => PictureGrid.Save(path, zeros(1, 3, 4, 4), 1, 0));
        Refused.With("grid", "400000×400000", "smaller scale", () => PictureGrid.Save(path, zeros(1, 3, 4, 4), 1, 100_000));
        Assert.Empty(Directory.GetFiles(folder.Path));
    }
}
