using System.Buffers.Binary;

namespace Diffusion.Cli.Tests;

public sealed class SampleVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-sample-").FullName;
    private readonly string checkpoint;

    public SampleVerbTests()
    {
        checkpoint = Path.Combine(folder, "tiny.safetensors");
        var config = new UNetConfig
        {
            Channels = 3,
            Size = 8,
            BaseChannels = 8,
            Multipliers = [1, 2],
            AttentionSizes = [],
            Classes = 4,
            Embedding = 8,
        };
        using UNet network = new UNet(config, seed: 3).Stirred(), other = new UNet(config, seed: 3).Stirred(seed: 2);
        network.Save(checkpoint);
        other.Save(Other);
    }

    private string Other => Path.Combine(folder, "other.safetensors");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task The_digits_that_ship_are_sampled_by_default()
    {
        string file = Path.Combine(folder, "new", "digits.png");

        var run = await Ddm.RunAsync("sample", "--out", file);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("20 calls", run.Output, StringComparison.Ordinal);

        // 16 digits of 16×16, four times as large, eight in a row, with a gap of a pixel between.
        Assert.Equal(((8 * 17 - 1) * 4, (2 * 17 - 1) * 4), await Size(file));
    }

    [Fact]
    public async Task Equal_seeds_give_equal_pictures_and_every_option_counts()
    {
        var line = new Dictionary<string, string>
        {
            ["--count"] = "5",
            ["--calls"] = "4",
            ["--schedule"] = "cosine",
            ["--T"] = "1000",
            ["--rule"] = "ddim:0.5",
            ["--class"] = "2,0",
            ["--guidance"] = "2",
            ["--seed"] = "7",
            ["--compute"] = "float32",
        };
        byte[] first = await Picture(checkpoint, "--seed 7");
        Assert.Equal(first, await Picture(checkpoint, "--seed 7"));
        List<byte[]> all = [first, await Picture(Other, "--seed 7")];
        foreach (string option in new[]
        {
            "--count 4", "--calls 3", "--stride trailing4", "--schedule linear", "--T 500", "--rule ddpm", "--class 1,0", "--guidance 1",
            "--seed 8", "--compute bfloat16",
        })
        {
            all.Add(await Picture(checkpoint, option));
        }

        line["--rule"] = "ddim";
        all.Add(await Picture(checkpoint, "--eta 0.25"));
        Assert.Equal(all.Count, all.Select(Convert.ToHexString).Distinct().Count());

        async Task<byte[]> Picture(string network, string option)
        {
            string file = Path.Combine(folder, "samples.png");
            var run = await Ddm.RunAsync(["sample", network, .. line.With(option), "--out", file]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            return await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        }
    }

    [Theory]
    [InlineData("--count 0", "--count", "0", "1 to")]
    [InlineData("--schedule square", "schedule", "square", "cosine")]
    [InlineData("--stride evenly", "stride", "evenly", "uniform50")]
    [InlineData("--stride uniform2000", "stride", "2000", "1000")]
    [InlineData("--rule euler", "rule", "euler", "ddim")]
    [InlineData("--eta 2", "eta", "2", "[0, 1]")]
    [InlineData("--class 4", "label", "4", "0..3")]
    [InlineData("--class cat", "--class", "cat", "whole numbers")]
    [InlineData("--guidance NaN", "guidance", "NaN", "finite")]
    [InlineData("--compute half", "--compute", "half", "bfloat16")]
    [InlineData("--out samples.jpg", "--out", "samples.jpg", ".png")]
    public async Task Bad_options_are_refused_in_one_line_and_no_file_is_written(string options, string named, string got, string takes)
    {
        string file = Path.Combine(folder, "samples.png");
        var line = new Dictionary<string, string> { ["--out"] = file };

        Ddm.AssertRefused(await Ddm.RunAsync(["sample", checkpoint, .. line.With(options)]), named, got, takes);

        Assert.False(File.Exists(file));
    }

    [Fact]
    public async Task What_is_no_network_of_pictures_is_refused()
    {
        Ddm.AssertRefused(await Ddm.RunAsync("sample", "roses"), "checkpoint", "roses", "digits, flowers, or");

        string damaged = Path.Combine(folder, "damaged.safetensors"), points = Path.Combine(folder, "points.safetensors");
        byte[] whole = await File.ReadAllBytesAsync(checkpoint, TestContext.Current.CancellationToken);
        await File.WriteAllBytesAsync(damaged, whole[..^100], TestContext.Current.CancellationToken);
        Ddm.AssertRefused(await Ddm.RunAsync("sample", damaged), damaged);

        using (var network = new PointMlp())
        {
            network.Save(points);
        }

        Ddm.AssertRefused(await Ddm.RunAsync("sample", points), "checkpoint", "a network of points", "pictures");

        using (var plain = new UNet(new() { Channels = 1, Size = 4, BaseChannels = 8, Multipliers = [1], AttentionSizes = [] }))
        {
            plain.Save(checkpoint);
        }

        Ddm.AssertRefused(await Ddm.RunAsync("sample", checkpoint, "--class", "1"), "--class", "without classes");
        Ddm.AssertRefused(await Ddm.RunAsync("sample", checkpoint, "--guidance", "3"), "--guidance", "without classes");
    }

    /// <summary>The width and height that a PNG's header says.</summary>
    private static async Task<(int Width, int Height)> Size(string file)
    {
        byte[] png = await File.ReadAllBytesAsync(file, TestContext.Current.CancellationToken);
        return (BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(16)), BinaryPrimitives.ReadInt32BigEndian(png.AsSpan(20)));
    }
}
