using SkiaSharp;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public sealed class PictureFolderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_picture_of_the_size_asked_for_is_read_as_it_is()
    {
        using var scope = NewDisposeScope();
        byte[] bytes = new byte[8 * 8 * 3];
        new Random(1).NextBytes(bytes);
        WritePng("a.png", 8, 8, (x, y) => new(bytes[(y * 8 + x) * 3], bytes[(y * 8 + x) * 3 + 1], bytes[(y * 8 + x) * 3 + 2]));
        var read = Load(folder.Path, side: 8);
        Assert.Equal([1, 3, 8, 8], read.shape);
        var expected = tensor(bytes.Select(value => value / 127.5f - 1).ToArray(), [8, 8, 3]).permute(2, 0, 1);
        Assert.True((read[0] - expected).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void Grey_is_the_luma_of_the_colours()
    {
        using var scope = NewDisposeScope();
        WritePng("a.png", 8, 8, (x, y) => new((byte)(x * 30), (byte)(y * 30), (byte)(x * y)));
        var colours = Load(folder.Path, side: 8)[0];
        var luma = 0.299 * colours[0] + 0.587 * colours[1] + 0.114 * colours[2];
        Assert.True((Load(folder.Path, side: 8, channels: 1)[0, 0] - luma).abs().max().item<float>() < 1e-5);
    }

    [Fact]
    public void The_square_in_the_middle_is_kept_and_even_colour_stays_even_at_any_size()
    {
        using var scope = NewDisposeScope();
        foreach (var (width, height) in new[] { (400, 150), (151, 640), (17, 9), (3, 3) })
        {
            int square = Math.Min(width, height), left = (width - square) / 2, top = (height - square) / 2;
            WritePng("a.png", width, height, (x, y) =>
                x >= left && x < left + square && y >= top && y < top + square ? new(200, 100, 50) : new SKColor(0, 0, 0));
            var read = Load(folder.Path, side: 16);
            var expected = (tensor([200f, 100f, 50f]) / 127.5 - 1).reshape(1, 3, 1, 1);
            Assert.True((read - expected).abs().max().item<float>() < 1e-4, $"{width}×{height}");
        }
    }

    [Fact]
    public void Fine_stripes_average_out_when_shrunk()
    {
        using var scope = NewDisposeScope();
        WritePng("a.png", 320, 320, (x, _) => x % 2 == 0 ? SKColors.White : SKColors.Black);
        var read = Load(folder.Path, side: 16);
        Assert.True(read.abs().max().item<float>() < 0.02, $"{read.abs().max().item<float>()}");
    }

    [Fact]
    public void Files_come_in_the_order_of_their_names_and_transparency_becomes_white()
    {
        using var scope = NewDisposeScope();
        WritePng("b.PNG", 4, 4, (_, _) => new SKColor(0, 0, 0, 0));
        WriteJpeg("a.jpeg", 16, 16, (_, _) => SKColors.Black, SKEncodedOrigin.TopLeft);
        WritePng("c.png", 4, 4, (_, _) => new SKColor(0, 0, 0, 128));
        File.WriteAllText(folder.File("notes.txt"), "not a picture");
        var read = Load(folder.Path, side: 4).mean([1L, 2L, 3L]).data<float>().ToArray();
        Assert.Equal(3, read.Length);
        Assert.Equal(-1, read[0], 0.02f);
        Assert.Equal(1, read[1], 1e-5f);
        Assert.Equal(0, read[2], 0.02f);
    }

    /// <summary>The Exif orientations 1 to 8 all describe one upright picture, whose upper left quarter is bright.</summary>
    [Theory]
    [InlineData(1, 0, 0)]
    [InlineData(2, 1, 0)]
    [InlineData(3, 1, 1)]
    [InlineData(4, 0, 1)]
    [InlineData(5, 0, 0)]
    [InlineData(6, 0, 1)]
    [InlineData(7, 1, 1)]
    [InlineData(8, 1, 0)]
    public void Photographs_are_turned_upright(int orientation, int storedRight, int storedDown)
    {
        using var scope = NewDisposeScope();
        WriteJpeg("a.jpg", 32, 32,
            (x, y) => x / 16 == storedRight && y / 16 == storedDown ? SKColors.White : SKColors.Black, (SKEncodedOrigin)orientation);
        var quarters = nn.functional.avg_pool2d(Load(folder.Path, side: 32, channels: 1), 16).flatten();
        Assert.True(quarters[0].item<float>() > 0.9, $"{quarters[0].item<float>()}");
        Assert.True(quarters.narrow(0, 1, 3).max().item<float>() < -0.9);
    }

    [Fact]
    public void A_folder_that_is_absent_or_has_no_picture_is_named()
    {
        Refused.With(folder.File("absent"), "no such folder", "a folder of pictures", () => PictureFolder.Load(folder.File("absent"), 8));
        Refused.With(folder.Path, "no picture", "a folder of pictures", () => Load(folder.Path, 8));
    }

    [Theory]
    [InlineData(0, 3, "side", "0")]
    [InlineData(1025, 3, "side", "1025")]
    [InlineData(8, 2, "channels", "2")]
    public void Numbers_out_of_range_are_refused(int side, int channels, string field, string got) =>
        Refused.With(field, got, "1 ", () => Load(folder.Path, side, channels));

    [Fact]
    public void A_damaged_picture_is_refused_and_what_is_none_is_named_among_the_skipped()
    {
        WritePng("good.png", 64, 64, (x, y) => new((byte)(x * y), (byte)x, (byte)y));
        byte[] whole = File.ReadAllBytes(folder.File("good.png"));
        string bad = folder.File("bad.png");
        foreach (byte[] bytes in new byte[][] { [], [.. "no picture at all"u8] })
        {
            File.WriteAllBytes(bad, bytes);
            var (pictures, names, skipped) = PictureFolder.Load(folder.Path, 8);
            pictures.Dispose();
            Assert.Equal(["good.png"], names);
            Assert.Equal(["bad.png"], skipped);
        }

        File.WriteAllBytes(bad, whole[..(whole.Length / 2)]);
        Refused.With(bad, "damaged", "a whole picture", () => Load(folder.Path, 8));
        File.Delete(folder.File("good.png"));
        File.WriteAllText(bad, "no picture at all");
        Refused.With(folder.Path, "no picture, but 1 file: bad.png", "a folder of pictures", () => Load(folder.Path, 8));
    }

    [Fact]
    public void A_small_file_that_claims_an_enormous_picture_is_refused_unread()
    {
        WritePng("bomb.png", 4, 4, (_, _) => SKColors.Red);
        byte[] png = File.ReadAllBytes(folder.File("bomb.png"));
        foreach (var (width, height) in new[] { (60_000, 60_000), (2_000, 2_000) })
        {
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(16), width);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(png.AsSpan(20), height);
            System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(png.AsSpan(29), Containers.Crc32(png.AsSpan(12, 17)));
            File.WriteAllBytes(folder.File("bomb.png"), png);
            Refused.With(folder.File("bomb.png"), $"{width}×{height}", "pixels", () => Load(folder.Path, 8));
        }
    }

    [Fact]
    public void Thousands_of_damaged_pictures_load_or_give_one_line()
    {
        WritePng("fuzz.png", 24, 20, (x, y) => new((byte)(x * 10), (byte)(y * 12), (byte)(x * y)));
        byte[] png = File.ReadAllBytes(folder.File("fuzz.png"));
        File.Delete(folder.File("fuzz.png"));
        WriteJpeg("fuzz.jpg", 24, 20, (x, y) => new((byte)(x * 10), (byte)(y * 12), (byte)(x * y)), SKEncodedOrigin.RightTop);
        byte[] jpeg = File.ReadAllBytes(folder.File("fuzz.jpg"));
        var random = new Random(1992);
        long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        int refused = 0;
        for (int i = 0; i < Fuzz.Cases(2000); i++)
        {
            byte[] damaged = [.. i % 2 == 0 ? png : jpeg];
            if (random.Next(3) == 0)
            {
                damaged = damaged[..random.Next(damaged.Length)];
            }
            else
            {
                for (int change = random.Next(4); change >= 0; change--)
                {
                    damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
                }
            }

            File.WriteAllBytes(folder.File("fuzz.jpg"), damaged);
            try
            {
                using Tensor read = Load(folder.Path, 8);
                using Tensor each = read.isfinite(), finite = each.all();
                Assert.True(finite.item<bool>());
            }
            catch (InvalidInputException refusal)
            {
                refused++;
                Assert.Contains("fuzz.jpg", refusal.Message, StringComparison.Ordinal);
                Assert.DoesNotContain('\n', refusal.Message);
            }

            Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }

        Assert.True(refused > 500, $"{refused} refused");
    }

    [Theory]
    [InlineData(32, 32)]
    [InlineData(100, 7)]
    [InlineData(7, 100)]
    public void Resampling_keeps_constants_and_equal_sizes_and_the_middle_of_a_ramp(int from, int to)
    {
        var rows = Resampling.Weights(from, to);
        Assert.Equal(to, rows.Length);
        for (int place = 0; place < to; place++)
        {
            var (first, weights) = rows[place];
            Assert.Equal(1, weights.Sum(), 1e-5f);
            if (from == to)
            {
                Assert.Equal(1, weights[place - first], 1e-6f);
            }

            // A straight line is reproduced where the filter does not meet the border.
            double centre = (place + 0.5) * from / to - 0.5, reach = 2.0 * Math.Max(1, (double)from / to);
            if (centre - reach >= 0 && centre + reach <= from - 1)
            {
                double mean = weights.Select((weight, i) => (double)weight * (first + i)).Sum();
                Assert.Equal(centre, mean, 0.02 * Math.Max(1, (double)from / to));
            }
        }
    }

    private static Tensor Load(string folder, int side, int channels = 3) => PictureFolder.Load(folder, side, channels).Pictures;

    private static SKBitmap Paint(int width, int height, Func<int, int, SKColor> colour)
    {
        var bitmap = new SKBitmap(new SKImageInfo(width, height, SKColorType.Rgba8888, SKAlphaType.Unpremul));
        for (int y = 0; y < height; y++)
        {
            for (int x = 0; x < width; x++)
            {
                bitmap.SetPixel(x, y, colour(x, y));
            }
        }

        return bitmap;
    }

    private void WritePng(string name, int width, int height, Func<int, int, SKColor> colour)
    {
        using SKBitmap bitmap = Paint(width, height, colour);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Png, 100);
        File.WriteAllBytes(folder.File(name), data.ToArray());
    }

    private void WriteJpeg(string name, int width, int height, Func<int, int, SKColor> colour, SKEncodedOrigin origin)
    {
        using SKBitmap bitmap = Paint(width, height, colour);
        using SKData data = bitmap.Encode(SKEncodedImageFormat.Jpeg, 100);
        byte[] jpeg = data.ToArray();

        // An APP1 segment after the start marker: Exif, big-endian TIFF, one entry: orientation (0x0112), a short.
        byte[] exif = [0xFF, 0xE1, 0, 34, (byte)'E', (byte)'x', (byte)'i', (byte)'f', 0, 0, (byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8,
            0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)origin, 0, 0, 0, 0, 0, 0];
        File.WriteAllBytes(folder.File(name), [.. jpeg[..2], .. exif, .. jpeg[2..]]);
    }
}
