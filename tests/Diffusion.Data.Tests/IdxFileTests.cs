using System.Buffers.Binary;
using System.IO.Compression;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public sealed class IdxFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pictures_and_labels_are_read_plain_and_compressed(bool compressed)
    {
        using var scope = NewDisposeScope();
        byte[] pixels = [.. Enumerable.Range(0, 3 * 4 * 5).Select(i => (byte)(i * 4))];
        pixels[^1] = 255;
        var pictures = IdxFile.Pictures(Write("pictures", Idx(3, [3, 4, 5], pixels), compressed));
        Assert.Equal([3, 1, 4, 5], pictures.shape);
        Assert.Equal(pixels.Select(pixel => pixel / 127.5f - 1), pictures.data<float>().ToArray(), (a, b) => Math.Abs(a - b) < 1e-6f);
        var labels = IdxFile.Labels(Write("labels", Idx(1, [3], [7, 0, 255]), compressed));
        Assert.Equal([7, 0, 255], labels);
    }

    [Fact]
    public void A_data_set_pairs_pictures_with_labels_and_refuses_other_counts()
    {
        string pictures = Write("pictures", Idx(3, [3, 2, 2], new byte[12]), false);
        string labels = Write("labels", Idx(1, [3], [2, 0, 1]), true), four = Write("four", Idx(1, [4], new byte[4]), false);
        using (DataSet data = DataSet.Open($"idx:{pictures},{labels}"))
        {
            Assert.Equal(3, data.Count);
            Assert.Equal(["0", "1", "2"], data.Classes);
        }

        AssertRefused(() => DataSet.Open($"idx:{pictures},{four}"), "four");
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(8)]
    public void Labels_of_32_bits_give_their_first_column(int columns)
    {
        int[][] rows = [[7, .. new int[columns - 1]], [-300, .. Enumerable.Range(1, columns - 1)], [70_000, .. new int[columns - 1]]];
        byte[] data = [.. rows.SelectMany(row => row).SelectMany(BigEndian)];
        byte[] file = columns == 1
            ? [0, 0, 0x0C, 1, .. BigEndian(3), .. data]
            : [0, 0, 0x0C, 2, .. BigEndian(3), .. BigEndian(columns), .. data];
        foreach (bool compressed in new[] { false, true })
        {
            Assert.Equal([7, -300, 70_000], IdxFile.Labels(Write("labels", file, compressed)));
        }

        string cut = Write("cut", file[..^1], false);
        Refused.With(cut, "sizes", "bytes of data", () => IdxFile.Labels(cut));
    }

    [Fact]
    public void Labels_that_the_data_never_holds_are_no_classes()
    {
        string pictures = Write("pictures", Idx(3, [4, 2, 2], new byte[16]), false);
        using DataSet data = DataSet.Open($"idx:{pictures},{Write("labels", Idx(1, [4], [200, 3, 26, 3]), false)}");
        Assert.Equal(["3", "26", "200"], data.Classes);
        Assert.Equal([2, 0, 1, 0], data.Labels!.data<long>().ToArray());
    }

    private static readonly byte[] Good = Idx(3, [2, 2, 2], new byte[8]);

    // Each with what the refusal says that it is.
    private static readonly Dictionary<string, (byte[] Bytes, string Got)> Bad = new()
    {
        ["empty"] = ([], "cut short"),
        ["long"] = ([.. Good, 0], "more bytes than its header names"),
        ["long.gz"] = (Zip([.. Good, 0]), "more bytes than its header names"),
        ["cut.gz"] = (Zip(Good)[..(Zip(Good).Length / 2)], "cut short"),
        ["float"] = ([0, 0, 0x0D, 3, .. Good[4..]], "magic number 0x00000D03"),
        ["none"] = (Idx(3, [0, 2, 2], []), "size 0"),
        ["huge"] = (Idx(3, [-1, -1, -1], []), "size 4294967295"),
        ["overflow"] = (Idx(3, [65536, 65536, 65536], []), "sizes 65536×65536×65536"),
    };

    public static TheoryData<string> BadFiles => [.. Bad.Keys];

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_file_that_is_no_idx_file_is_refused_by_its_name_and_what_it_is(string name)
    {
        string path = Write(name, Bad[name].Bytes, false);
        Refused.With(path, Bad[name].Got, "", () => IdxFile.Pictures(path));
    }

    [Fact]
    public void A_file_that_is_not_there_is_refused() =>
        Refused.With(folder.File("absent"), "no such file", "IDX", () => IdxFile.Pictures(folder.File("absent")));

    [Fact]
    public void Pictures_are_no_labels()
    {
        string pictures = Write("pictures", Good, false), labels = Write("labels", Idx(1, [1], [0]), false);
        Refused.With(pictures, "magic number 0x00000803", "0x00000801", () => IdxFile.Labels(pictures));
        Refused.With(labels, "magic number 0x00000801", "0x00000803", () => IdxFile.Pictures(labels));
    }

    [Fact]
    public void A_compressed_file_that_promises_or_holds_too_much_is_refused_before_memory_is_taken()
    {
        byte[] promise = Zip(Idx(3, [1000, 1000, 1000], new byte[10]));
        AssertCheap(() => IdxFile.Pictures(Write("promise", promise, false)), "promise");

        // A bomb: 64 MB of zeros behind a header for 10 bytes.
        byte[] bomb = Zip([.. Idx(1, [10], new byte[10]), .. new byte[64 << 20]]);
        AssertCheap(() => tensor(IdxFile.Labels(Write("bomb", bomb, false))), "bomb");
    }

    [Fact]
    public void Thousands_of_damaged_files_load_or_give_one_line_and_take_no_memory_they_do_not_justify()
    {
        byte[] plain = Idx(3, [6, 8, 8], [.. Enumerable.Range(0, 384).Select(i => (byte)(i * 7))]), zipped = Zip(plain);
        var random = new Random(1998);
        long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        int loaded = 0, refused = 0;
        for (int i = 0; i < Fuzz.Cases(3000); i++)
        {
            byte[] damaged = [.. i % 2 == 0 ? plain : zipped];
            switch (random.Next(4))
            {
                case 0:
                    damaged = damaged[..random.Next(damaged.Length)];
                    break;
                case 1:
                    damaged[random.Next(Math.Min(damaged.Length, 24))] = (byte)random.Next(256);
                    break;
                case 2:
                    damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                default:
                    damaged = [.. damaged, (byte)random.Next(256)];
                    break;
            }

            string path = Write("fuzz", damaged, false);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using Tensor pictures = IdxFile.Pictures(path);
                loaded++;
            }
            catch (InvalidInputException refusal)
            {
                refused++;
                AssertOneLine(refusal.Message, "fuzz");
            }

            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < 200_000 + 1100L * damaged.Length, $"file {i}: {taken} bytes taken for {damaged.Length} of file");
            Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }

        Assert.True(loaded > 100 && refused > 1000, $"{loaded} loaded, {refused} refused");
    }

    private static byte[] Idx(byte dimensions, int[] sizes, byte[] data)
    {
        byte[] file = [0, 0, 8, dimensions, .. new byte[4 * sizes.Length], .. data];
        for (int i = 0; i < sizes.Length; i++)
        {
            BinaryPrimitives.WriteInt32BigEndian(file.AsSpan(4 + 4 * i), sizes[i]);
        }

        return file;
    }

    private static byte[] BigEndian(int number)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, number);
        return bytes;
    }

    private static byte[] Zip(byte[] bytes)
    {
        using var zipped = new MemoryStream();
        using (var gzip = new GZipStream(zipped, CompressionLevel.Optimal))
        {
            gzip.Write(bytes);
        }

        return zipped.ToArray();
    }

    private string Write(string name, byte[] bytes, bool compressed)
    {
        string path = folder.File(name);
        File.WriteAllBytes(path, compressed ? Zip(bytes) : bytes);
        return path;
    }

    private static void AssertCheap(Func<IDisposable> read, string name)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        AssertRefused(read, name);
        Assert.True(GC.GetAllocatedBytesForCurrentThread() - before < 2_000_000);
    }

    private static void AssertRefused(Func<IDisposable> read, string name) =>
        AssertOneLine(Assert.Throws<InvalidInputException>(() => read().Dispose()).Message, name);

    private static void AssertOneLine(string message, string name)
    {
        Assert.Contains(name, message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', message);
    }
}
