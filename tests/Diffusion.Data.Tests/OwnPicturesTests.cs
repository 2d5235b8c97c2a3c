using SkiaSharp;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

/// <summary>Folders as people have them: folders in folders, every format under any name, and what systems leave there.</summary>
public sealed class OwnPicturesTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Folders_in_a_folder_are_classes_below_what_they_have_in_common()
    {
        Write("all/train/dog/1.png", Red);
        Write("all/train/dog/old/2.png", Red);
        Write("all/train/cat/3.png", Blue);
        Directory.CreateDirectory(folder.File("all/train/bird"));
        using DataSet data = DataSet.Open($"folder:{folder.Path}", side: 4);
        Assert.Equal(["cat", "dog"], data.Classes);
        Assert.Equal([0, 1, 1], data.Labels!.data<long>().ToArray());

        // The sample of each label is that of its folder: blue for the cat.
        Assert.Equal([1f, -1f, -1f], data.Samples.index_select(1, tensor(2L)).mean([1L, 2L, 3L]).data<float>().ToArray(), Near(0.01f));
    }

    [Theory]
    [InlineData("1.png", "2.png")]
    [InlineData("cat/1.png", "cat/2.png")]
    [InlineData("cat/1.png", "2.png")]
    public void Pictures_that_lie_together_or_beside_folders_have_no_classes(params string[] names)
    {
        foreach (string name in names)
        {
            Write(name, Red);
        }

        using DataSet data = DataSet.Open($"folder:{folder.Path}", side: 4);
        Assert.Equal(names.Length, data.Count);
        Assert.Null(data.Labels);
        Assert.Empty(data.Classes);
    }

    [Fact]
    public void File_names_are_classes_before_the_first_underline_where_that_is_asked_for()
    {
        Write("dog_01.png", Red);
        Write("more/cat_a_b.png", Blue);
        Write("dog_02.png", Red);
        using (DataSet data = DataSet.Open($"named:{folder.Path}", side: 4))
        {
            Assert.Equal(["cat", "dog"], data.Classes);
            Assert.Equal([1, 1, 0], data.Labels!.data<long>().ToArray());
        }

        Write("more/_x.png", Red);
        Refused.With("more/_x.png", "without a class", "dog_01.png", () => DataSet.Open($"named:{folder.Path}", side: 4));
    }

    public static TheoryData<string> Formats => ["png", "jpeg", "webp", "bmp", "gif", "animation"];

    /// <summary>Whatever a file is called, its content says what it is.</summary>
    [Theory]
    [MemberData(nameof(Formats))]
    public void Every_format_is_known_by_its_content(string format)
    {
        foreach (string name in new[] { "a.png", "b.jfif", "c", "d.txt" })
        {
            File.WriteAllBytes(folder.File(name), Encoded(format));
        }

        using DataSet data = DataSet.Open($"folder:{folder.Path}", side: 2);
        Assert.Empty(data.Skipped);
        Assert.Equal(4, data.Count);
        using var scope = NewDisposeScope();
        var red = tensor([1f, -1f, -1f]).reshape(1, 3, 1, 1);
        Assert.True((data.Samples - red).abs().max().item<float>() < 0.05);
    }

    [Fact]
    public void What_is_no_picture_is_named_and_what_systems_leave_is_not()
    {
        Write("a.png", Red);
        string[] noPictures = ["labels.idx", "notes.txt", "sub/list.csv"];
        string[] companions = [".DS_Store", "._a.png", "Thumbs.db", "desktop.ini", "__MACOSX/._a.png", ".git/config", "@eaDir/a.png"];
        foreach (string name in noPictures.Concat(companions))
        {
            // An IDX file begins as the format WBMP does.
            Write(name, [0, 0, 8, 3, .. new byte[60]]);
        }

        using DataSet data = DataSet.Open($"folder:{folder.Path}", side: 4);
        Assert.Equal(1, data.Count);
        Assert.Equal(noPictures, data.Skipped);
        Assert.Equal("4 files: a, b, c, …", PictureFolder.Listed(["a", "b", "c", "d"]));
    }

    [Fact]
    public void Links_to_folders_are_followed_once_and_what_never_ends_is_not_opened()
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        Write("real/cat/1.png", Red);
        Write("real/dog/1.png", Blue);
        Directory.CreateDirectory(folder.File("set"));
        Directory.CreateSymbolicLink(folder.File("set/cats"), folder.File("real/cat"));
        Directory.CreateSymbolicLink(folder.File("set/dogs"), "../real/dog");
        Directory.CreateSymbolicLink(folder.File("set/again"), "..");
        Directory.CreateSymbolicLink(folder.File("set/itself"), ".");
        File.CreateSymbolicLink(folder.File("set/zero"), "/dev/zero");
        File.CreateSymbolicLink(folder.File("set/nowhere"), "gone");
        using DataSet data = DataSet.Open($"folder:{folder.File("set")}", side: 4);
        Assert.Equal(2, data.Count);
        Assert.Equal(["nowhere", "zero"], data.Skipped);
    }

    [Theory]
    [InlineData("webp", true)]
    [InlineData("webp", false)]
    [InlineData("png", true)]
    [InlineData("png", false)]
    public void Orientation_is_read_in_every_format_that_has_one(string format, bool littleEndian)
    {
        // Stored with the bright quarter at the lower left, and to be turned by a quarter (6).
        using SKBitmap stored = new(new SKImageInfo(32, 32));
        stored.Erase(SKColors.Black);
        using (var canvas = new SKCanvas(stored))
        using (var white = new SKPaint { Color = SKColors.White })
        {
            canvas.DrawRect(0, 16, 16, 16, white);
        }

        byte[] exif = littleEndian
            ? [(byte)'I', (byte)'I', 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0]
            : [(byte)'M', (byte)'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0];
        using SKData data = format == "webp"
            ? stored.Encode(SKEncodedImageFormat.Webp, 100)
            : stored.Encode(SKEncodedImageFormat.Png, 100);
        Write($"a.{format}", format == "webp" ? Containers.WebpWithExif(data.ToArray(), 32, exif) : Containers.PngWithExif(data.ToArray(), exif));
        using var scope = NewDisposeScope();
        using DataSet read = DataSet.Open($"folder:{folder.Path}", side: 32, channels: 1);
        var quarters = nn.functional.avg_pool2d(read.Samples, 16).flatten().data<float>().ToArray();
        Assert.Equal([1f, -1f, -1f, -1f], quarters, Near(0.1f));
    }

    /// <summary>Headers that promise hundreds of millions of pixels, as far as each format can say so.</summary>
    [Theory]
    [InlineData("bmp")]
    [InlineData("gif")]
    [InlineData("webp")]
    public void A_header_that_promises_too_much_is_refused_before_memory_is_taken(string format)
    {
        byte[] bomb = Encoded(format);
        switch (format)
        {
            case "bmp":
                BitConverter.TryWriteBytes(bomb.AsSpan(18), 30_000);
                BitConverter.TryWriteBytes(bomb.AsSpan(22), 30_000);
                break;
            case "gif":
                BitConverter.TryWriteBytes(bomb.AsSpan(6), (ushort)60_000);
                BitConverter.TryWriteBytes(bomb.AsSpan(8), (ushort)60_000);
                break;
            default:
                // Losslessly, the width and height less one are 14 bits each after a signature.
                using (SKBitmap small = new(new SKImageInfo(16, 16)))
                using (SKPixmap pixels = small.PeekPixels())
                using (SKData? lossless = pixels.Encode(new SKWebpEncoderOptions(SKWebpEncoderCompression.Lossless, 100)))
                {
                    bomb = lossless!.ToArray();
                }

                int head = bomb.AsSpan().IndexOf("VP8L"u8) + 9;
                BitConverter.TryWriteBytes(bomb.AsSpan(head), (BitConverter.ToUInt32(bomb, head) & 0xF0000000) | 15_999 << 14 | 15_999);
                break;
        }

        Write("bomb", bomb);
        long before = Environment.WorkingSet;
        Refused.With(folder.File("bomb"), "000×", "pixels", () => DataSet.Open($"folder:{folder.Path}", side: 4));
        Assert.True(Environment.WorkingSet - before < 200 << 20);
    }

    [Fact]
    public void More_pictures_than_memory_holds_are_refused_before_they_are_read()
    {
        double each = sizeof(float) * 3.0 * 1024 * 1024;
        for (int i = 0; i <= AvailableMemory.Bytes / each; i++)
        {
            Write($"{i}.png", Red);
        }

        Refused.With("side", "which take", "of memory here", () => DataSet.Open($"folder:{folder.Path}", side: 1024));
    }

    [Fact]
    public void One_picture_is_a_data_set_that_can_be_looked_at_and_not_divided()
    {
        Write("only.png", Red);
        using DataSet data = DataSet.Open($"folder:{folder.Path}", side: 4);
        Assert.Equal([1, 3, 4, 4], data.Samples.shape);
        Refused.With(data.Name, "one sample", "held out", () => data.Divide());
    }

    private static byte[] Red => Png(SKColors.Red);

    private static byte[] Blue => Png(SKColors.Blue);

    [Fact]
    public void Damaged_pictures_of_other_formats_are_read_or_refused() =>
        Fuzz.Files<InvalidInputException>(3_000, [Encoded("webp"), Containers.Bmp(9, 7, red: 200), Encoded("gif"), Containers.Gif(0, 1, 1)], file =>
        {
            Write("fuzz/a.png", file);
            using DataSet data = DataSet.Open($"folder:{folder.File("fuzz")}", side: 8);
            using Tensor each = data.Samples.isfinite(), finite = each.all();
            Assert.True(finite.item<bool>());
        });

    private static byte[] Png(SKColor colour) => Encode(colour, SKEncodedImageFormat.Png);

    private static byte[] Encode(SKColor colour, SKEncodedImageFormat format)
    {
        using SKBitmap bitmap = new(new SKImageInfo(16, 16));
        bitmap.Erase(colour);
        using SKData data = bitmap.Encode(format, 100);
        return data.ToArray();
    }

    /// <summary>A red picture; of the animation, the first of two.</summary>
    private static byte[] Encoded(string format) => format switch
    {
        "png" => Red,
        "jpeg" => Encode(SKColors.Red, SKEncodedImageFormat.Jpeg),
        "webp" => Encode(SKColors.Red, SKEncodedImageFormat.Webp),
        "bmp" => Containers.Bmp(2, 2, red: 255),
        "gif" => Containers.Gif(0),
        _ => Containers.Gif(0, 1),
    };

    private static Func<float, float, bool> Near(float tolerance) => (a, b) => Math.Abs(a - b) <= tolerance;

    private void Write(string name, byte[] bytes)
    {
        string path = folder.File(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }
}
