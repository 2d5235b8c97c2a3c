using System.Buffers.Binary;
using System.Globalization;

namespace Diffusion.Cli.Tests;

public sealed class DataVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-data-").FullName;

    [Fact]
    public async Task Without_a_name_every_data_set_is_listed_with_its_size()
    {
        var run = await Ddm.RunAsync("data");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] lines = run.Output.Split('\n');
        Assert.Contains(lines, Has("digits ", "1797", "1 × 16 × 16"));
        Assert.Contains(lines, Has("flowers", "3 × 32 × 32"));
        Assert.All(PointSets.Names, name => Assert.Contains(name, run.Output, StringComparison.Ordinal));

        static Predicate<string> Has(params string[] words) => line => words.All(word => line.Contains(word, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("digits", 1797)]
    [InlineData("spiral", 50)]
    public async Task An_exported_table_holds_the_numbers_that_the_library_has(string name, int count)
    {
        string file = Path.Combine(folder, "new", "data.csv");

        var run = await Ddm.RunAsync("data", name, "--count", "50", "--export", file);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using DataSet data = DataSet.Open(name, count: 50);
        string[] lines = await File.ReadAllLinesAsync(file, TestContext.Current.CancellationToken);
        Assert.Equal(count + 1, lines.Length);
        using var last = data.Samples[-1].flatten();
        float[] written = [.. lines[^1].Split(',').Select(text => float.Parse(text, CultureInfo.InvariantCulture))];
        Assert.Equal(last.data<float>().Concat(data.Labels is { } labels ? [labels[-1].item<long>()] : Array.Empty<float>()), written);
        Assert.Equal(written.Length, lines[0].Split(',').Length);
    }

    [Fact]
    public async Task The_two_parts_together_are_the_whole_and_a_preview_has_the_pictures()
    {
        string training = Path.Combine(folder, "t.csv"), heldOut = Path.Combine(folder, "h.csv");
        string all = Path.Combine(folder, "a.csv"), png = Path.Combine(folder, "p.png");
        Assert.Equal(0, (await Ddm.RunAsync("data", "flowers", "--count", "25", "--export", all, "--preview", png)).ExitCode);
        Assert.Equal(0, (await Ddm.RunAsync("data", "flowers", "--count", "25", "--part", "training", "--export", training)).ExitCode);
        Assert.Equal(0, (await Ddm.RunAsync("data", "flowers", "--count", "25", "--part", "held-out", "--export", heldOut)).ExitCode);

        string[] Rows(string file) => File.ReadAllLines(file)[1..];
        Assert.Equal(23, Rows(training).Length);
        Assert.Equal(2, Rows(heldOut).Length);
        Assert.Equal(Rows(all).Order(StringComparer.Ordinal), Rows(training).Concat(Rows(heldOut)).Order(StringComparer.Ordinal));

        // Ten columns and three rows of 32 pixels, one apart, each pixel enlarged to 2×2: the width and height of the PNG's header.
        byte[] header = (await File.ReadAllBytesAsync(png, TestContext.Current.CancellationToken))[16..24];
        Assert.Equal((10 * 33 - 1) * 2, BinaryPrimitives.ReadInt32BigEndian(header));
        Assert.Equal((3 * 33 - 1) * 2, BinaryPrimitives.ReadInt32BigEndian(header.AsSpan(4)));
    }

    [Theory]
    [InlineData("data roses", "data", "\"roses\"", "flowers")]
    [InlineData("data flowers --count 0", "count", "0", "1 to")]
    [InlineData("data flowers --count 1 --part held-out", "flowers", "one sample", "at least 2")]
    [InlineData("data flowers --count 2000000000", "count", "2000000000", "1 to")]
    [InlineData("data digits --part half", "part", "half", "held-out")]
    [InlineData("data digits --preview digits.gif", "--preview", "digits.gif", ".png")]
    [InlineData("data spiral --export spiral.npy", "export", "spiral.npy", ".safetensors")]
    [InlineData("data folder:/no/such/folder", "/no/such/folder", "no such folder", "a folder of pictures")]
    [InlineData("data idx:/no/such/file", "/no/such/file", "no such file", "IDX")]
    public async Task Bad_input_is_refused_in_one_line(string line, string named, string got, string takes) =>
        Ddm.AssertRefused(await Ddm.RunAsync(line.Split(' ')), named, got, takes);

    [Fact]
    public async Task A_folder_of_ones_own_is_looked_at_with_its_classes_and_what_was_left_out()
    {
        Directory.CreateDirectory(Path.Combine(folder, "cat"));
        Directory.CreateDirectory(Path.Combine(folder, "dog"));
        using (DataSet flowers = DataSet.Open("flowers", count: 2))
        {
            PictureGrid.Save(Path.Combine(folder, "cat", "1.jpg"), flowers.Samples, columns: 2);
        }

        // One picture alone can be looked at.
        string png = Path.Combine(folder, "p.png");
        var one = await Ddm.RunAsync("data", $"folder:{folder}", "--side", "16", "--preview", png);
        Assert.Equal((0, ""), (one.ExitCode, one.Error));
        Assert.Contains("one sample, too few to hold any out; 3 × 16 × 16; no classes", one.Output, StringComparison.Ordinal);

        File.Move(png, Path.Combine(folder, "dog", "2"));
        await File.WriteAllTextAsync(Path.Combine(folder, "notes.txt"), "mine", TestContext.Current.CancellationToken);
        var two = await Ddm.RunAsync("data", $"folder:{folder}", "--side", "16");
        Assert.Equal(0, two.ExitCode);
        Assert.Contains("2 samples, 1 to train on and 1 held out; 3 × 16 × 16; 2 classes: cat, dog", two.Output, StringComparison.Ordinal);
        Assert.Equal("ddm: left out, being no pictures: 1 file: notes.txt\n", two.Error);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
