using System.IO.Compression;
using System.Text;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public class DigitsTests
{
    [Fact]
    public void There_are_1797_pictures_of_8_by_8_and_as_many_labels()
    {
        using Digits digits = Digits.Load();
        Assert.Equal(1797, digits.Count);
        Assert.Equal([1797, 1, 8, 8], digits.Pictures.shape);
        Assert.Equal([1797], digits.Labels.shape);
        Assert.Equal(ScalarType.Float32, digits.Pictures.dtype);
        Assert.Equal(ScalarType.Int64, digits.Labels.dtype);
    }

    [Fact]
    public void Every_digit_occurs_as_often_as_the_data_sets_description_says()
    {
        using Digits digits = Digits.Load();
        long[] labels = digits.Labels.data<long>().ToArray();
        int[] published = [178, 182, 177, 183, 181, 182, 181, 179, 174, 180];
        Assert.Equal(published, Enumerable.Range(0, 10).Select(digit => labels.Count(label => label == digit)));
        Assert.All(labels, label => Assert.InRange(label, 0, 9));
    }

    [Fact]
    public void Pixels_are_seventeen_even_steps_from_paper_to_ink()
    {
        using Digits digits = Digits.Load();
        float[] pixels = digits.Pictures.data<float>().ToArray();
        Assert.Equal(-1, pixels.Min());
        Assert.Equal(1, pixels.Max());
        Assert.All(pixels, pixel => Assert.Equal(Math.Round(pixel * 8), pixel * 8));
    }

    [Fact]
    public void The_first_picture_is_the_zero_that_opens_the_published_file()
    {
        using var scope = NewDisposeScope();
        using Digits digits = Digits.Load();
        Assert.Equal(0, digits.Labels[0].item<long>());
        int[] top = [0, 0, 5, 13, 9, 1, 0, 0, 0, 0, 13, 15, 10, 15, 5, 0];
        Assert.Equal(top.Select(ink => ink / 8.0 - 1), digits.Pictures[0].Values().Take(16));
    }

    [Fact]
    public void Upsampled_pictures_are_the_same_digits_at_16_by_16()
    {
        using var scope = NewDisposeScope();
        using Digits small = Digits.Load(), large = Digits.Load16();
        Assert.Equal([1797, 1, 16, 16], large.Pictures.shape);
        Assert.Equal(small.Labels.Bytes(), large.Labels.Bytes());
        double[] pixels = large.Pictures.Values();
        Assert.InRange(pixels.Min(), -1, 1);
        Assert.InRange(pixels.Max(), -1, 1);

        // Block averages of a smooth enlargement lie near the pixels they came from, whose steps are 0.125.
        Tensor back = large.Pictures.reshape(1797, 1, 8, 2, 8, 2).mean([3, 5]);
        Assert.Equal(0, (back - small.Pictures).abs().mean().item<float>(), 0.125f);
        Assert.Equal(0, (back - small.Pictures).mean().item<float>(), 0.02f);
    }

    [Fact]
    public void Take_copies_the_pictures_asked_for()
    {
        using var scope = NewDisposeScope();
        using Digits digits = Digits.Load();
        Tensor taken = digits.Take(5, 0, 5);
        Assert.Equal([3, 1, 8, 8], taken.shape);
        Assert.Equal(digits.Pictures[5].Values(), taken[0].Values());
        Assert.Equal(digits.Pictures[0].Values(), taken[1].Values());
    }

    [Fact]
    public void Take_refuses_an_index_that_no_digit_has()
    {
        using Digits digits = Digits.Load();
        Refused.With("indices", "1797", "0..1796", () => digits.Take(0, 1797));
        Refused.With("indices", "-1", "0..1796", () => digits.Take(-1));
    }

    [Fact]
    public void A_table_is_read_line_by_line()
    {
        using Digits digits = Digits.Read(Table(Line(ink: 0, label: 3), Line(ink: 16, label: 9)));
        Assert.Equal([3, 9], digits.Labels.data<long>().ToArray());
        Assert.Equal([.. Enumerable.Repeat(-1.0, 64), .. Enumerable.Repeat(1.0, 64)], digits.Pictures.Values());
    }

    [Theory]
    [InlineData(63, 1)]
    [InlineData(65, 1)]
    [InlineData(0, 0)]
    public void Lines_of_other_lengths_are_refused_by_their_number(int pixels, int label)
    {
        string line = string.Join(',', Enumerable.Repeat(8, pixels).Append(label));
        Refused.With("digits line 2", $"{pixels + 1} columns", "65", () => Digits.Read(Table(Line(ink: 8, label: 1), line)));
    }

    [Theory]
    [InlineData("17", "1", "17", "0 to 16")]
    [InlineData("-1", "1", "-1", "0 to 16")]
    [InlineData("x", "1", "x", "0 to 16")]
    [InlineData("8.5", "1", "8.5", "0 to 16")]
    [InlineData("1", "10", "10", "0 to 9")]
    public void Numbers_that_no_digit_has_are_refused_by_their_line(string ink, string label, string got, string takes)
    {
        string good = Line(ink: 8, label: 1), bad = string.Join(',', Enumerable.Repeat("8", 63).Append(ink).Append(label));
        Refused.With("digits line 3", $"\"{got}\"", takes, () => Digits.Read(Table(good, good, bad)));
    }

    private static string Line(int ink, int label) => string.Join(',', Enumerable.Repeat(ink, 64).Append(label));

    private static MemoryStream Table(params string[] lines)
    {
        var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(Encoding.UTF8.GetBytes(string.Concat(lines.Select(line => line + "\n"))));
        }

        compressed.Position = 0;
        return compressed;
    }
}
