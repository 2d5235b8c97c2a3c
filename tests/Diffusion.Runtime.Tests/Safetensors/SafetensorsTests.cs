using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Runtime.Tests;

public sealed class SafetensorsTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_type_and_shape_comes_back_as_it_was()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("all.safetensors");
        Dictionary<string, Tensor> saved = Every();
        Safetensors.Save(path, saved, new Dictionary<string, string> { ["format"] = "pt", ["note"] = "ε \"quoted\"\n" });
        using SafetensorsFile file = Safetensors.Load(path);
        Assert.Equal(saved.Keys.Order(), file.Tensors.Keys.Order());
        foreach (var (name, tensor) in saved)
        {
            Assert.Equal(tensor.dtype, file.Tensors[name].dtype);
            Assert.Equal(tensor.shape, file.Tensors[name].shape);
            Assert.Equal(Bytes(tensor), Bytes(file.Tensors[name]));
        }

        Assert.Equal("pt", file.Metadata["format"]);
        Assert.Equal("ε \"quoted\"\n", file.Metadata["note"]);
    }

    /// <summary>The rules of the specification, read by a parser that shares nothing with the library's.</summary>
    [Fact]
    public void A_written_file_keeps_the_rules_that_other_loaders_check()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("rules.safetensors");
        Dictionary<string, Tensor> saved = Every();
        Safetensors.Save(path, saved, new Dictionary<string, string> { ["format"] = "pt" });
        byte[] file = File.ReadAllBytes(path);
        int length = (int)BinaryPrimitives.ReadUInt64LittleEndian(file);
        Assert.Equal(0, (8 + length) % 8);
        Assert.Equal((byte)'{', file[8]);
        using var header = JsonDocument.Parse(file.AsMemory(8, length));
        var data = file.AsSpan(8 + length);
        long end = 0;
        foreach (var tensor in header.RootElement.EnumerateObject()
            .Where(property => property.Name != "__metadata__")
            .OrderBy(property => property.Value.GetProperty("data_offsets")[0].GetInt64())
            .ThenBy(property => property.Value.GetProperty("data_offsets")[1].GetInt64()))
        {
            int from = tensor.Value.GetProperty("data_offsets")[0].GetInt32(), to = tensor.Value.GetProperty("data_offsets")[1].GetInt32();
            Assert.Equal(end, from);
            Assert.Equal(0, from % (int)saved[tensor.Name].ElementSize);
            Assert.Equal(saved[tensor.Name].shape, tensor.Value.GetProperty("shape").EnumerateArray().Select(size => size.GetInt64()));
            Assert.Equal(Bytes(saved[tensor.Name]), data[from..to].ToArray());
            end = to;
        }

        Assert.Equal(data.Length, end);
        Assert.Equal("pt", header.RootElement.GetProperty("__metadata__").GetProperty("format").GetString());
    }

    [Fact]
    public void A_file_written_by_hand_to_the_specification_loads()
    {
        string path = Write(
            """{"b":{"shape":[2],"data_offsets":[4,12],"dtype":"F32","later":{"x":[1]}},"a":{"dtype":"BF16","shape":[2,1],"data_offsets":[0,4]},"__metadata__":{"k":"v"}}   """,
            [0x80, 0x3F, 0x00, 0xC0, 0, 0, 0x40, 0x3F, 0, 0, 0x20, 0x41]);
        using SafetensorsFile file = Safetensors.Load(path);
        Assert.Equal([1f, -2f], file.Tensors["a"].to(ScalarType.Float32).data<float>().ToArray());
        Assert.Equal([2, 1], file.Tensors["a"].shape);
        Assert.Equal([0.75f, 10f], file.Tensors["b"].data<float>().ToArray());
        Assert.Equal("v", file.Metadata["k"]);
    }

    [Theory]
    [InlineData("U16", "FFFF0180", 65535.0, 32769.0)]
    [InlineData("U32", "FFFFFFFF01000080", 4294967295.0, 2147483649.0)]
    [InlineData("U64", "0100000000000000FFFFFFFFFFFF0F00", 1.0, 4503599627370495.0)]
    [InlineData("I8", "80FF", -128.0, -1.0)]
    [InlineData("I16", "0080FFFF", -32768.0, -1.0)]
    [InlineData("I64", "FFFFFFFFFFFFFFFF0200000000000000", -1.0, 2.0)]
    [InlineData("F8_E4M3", "387E01B8", 1.0, 448.0, 0.001953125, -1.0)]
    [InlineData("BOOL", "0100", 1.0, 0.0)]
    public void Every_type_of_real_numbers_is_read_with_its_values(string dtype, string bytes, params double[] numbers)
    {
        byte[] data = Convert.FromHexString(bytes);
        string path = Write($$$"""{"a":{"dtype":"{{{dtype}}}","shape":[{{{numbers.Length}}}],"data_offsets":[0,{{{data.Length}}}]}}""", data);
        using SafetensorsFile file = Safetensors.Load(path);
        Assert.Equal(numbers, file.Tensors["a"].Values());
    }

    [Fact]
    public void Eight_bit_reals_are_what_wider_ones_say()
    {
        byte[] codes = [.. Enumerable.Range(0, 256).Select(code => (byte)code)];
        string path = Write("""{"a":{"dtype":"F8_E5M2","shape":[256],"data_offsets":[0,256]},"b":{"dtype":"F8_E4M3","shape":[256],"data_offsets":[256,512]}}""",
            [.. codes, .. codes]);
        using SafetensorsFile file = Safetensors.Load(path);

        // E5M2 is the upper byte of a half; E4M3 has neither infinities nor more than one NaN of each sign.
        Assert.Equal(codes.Select(code => (float)BitConverter.UInt16BitsToHalf((ushort)(code << 8))), file.Tensors["a"].data<float>());
        float[] four = [.. file.Tensors["b"].data<float>()];
        Assert.Equal([0x7F, 0xFF], codes.Where(code => float.IsNaN(four[code])).Select(code => (int)code));
        Assert.DoesNotContain(four, float.IsInfinity);
        Assert.Equal(four[..0x7F].Order(), four[..0x7F]);
        Assert.Equal(four[..0x7F].Select(number => -number), four[0x80..0xFF]);
    }

    [Fact]
    public void Complex_numbers_come_back()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("complex.safetensors");
        Tensor complex = torch.complex(tensor([1f, 2f]), tensor([-1f, 0.5f]));
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["c"] = complex });
        using SafetensorsFile file = Safetensors.Load(path);
        Assert.Equal([1f, 2f], file.Tensors["c"].real.data<float>().ToArray());
        Assert.Equal([-1f, 0.5f], file.Tensors["c"].imag.data<float>().ToArray());
    }

    [Fact]
    public void One_tensor_of_an_unknown_type_leaves_the_others_readable()
    {
        string path = Write(
            """{"odd":{"dtype":"F4","shape":[4],"data_offsets":[4,6]},"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[2],"data_offsets":[6,8]},"large":{"dtype":"U64","shape":[1],"data_offsets":[8,16]}}""",
            [0, 0, 0x80, 0x3F, 9, 9, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0x80]);
        using SafetensorsFile file = Safetensors.Load(path);
        Assert.Equal(new Dictionary<string, string> { ["odd"] = "F4", ["large"] = "U64" }, file.Unread);
        Assert.Equal(["a", "b"], file.Tensors.Keys.Order());
        Assert.Equal([7, 8], file.Tensors["b"].data<byte>().ToArray());
        var into = new ParameterFile("f", file);
        using Tensor target = zeros(1);
        Refused.With("f, tensor \"odd\"", "numbers of type F4", "shape", () => into.CopyTo(target, "odd"));
    }

    [Fact]
    public void Half_precision_numbers_keep_every_bit_pattern()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("half.safetensors");
        var patterns = arange(-32768, 32768, ScalarType.Int16);
        Tensor halves = empty(65536, dtype: ScalarType.Float16), brains = empty(65536, dtype: ScalarType.BFloat16);
        patterns.bytes.CopyTo(halves.bytes);
        patterns.bytes.CopyTo(brains.bytes);
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["f"] = halves, ["b"] = brains });
        using SafetensorsFile file = Safetensors.Load(path);
        Assert.Equal(Bytes(patterns), Bytes(file.Tensors["f"]));
        Assert.Equal(Bytes(patterns), Bytes(file.Tensors["b"]));
    }

    [Fact]
    public void Equal_tensors_give_equal_files_whatever_their_order_and_layout()
    {
        using var scope = NewDisposeScope();
        var picture = rand(2, 3, 4, 4);
        var columns = arange(12).reshape(3, 4);
        Safetensors.Save(folder.File("1"), new Dictionary<string, Tensor> { ["a"] = picture, ["b"] = columns });
        Safetensors.Save(folder.File("2"), new Dictionary<string, Tensor>
        {
            ["b"] = columns.t().contiguous().t(),
            ["a"] = picture.permute(0, 2, 3, 1).contiguous().permute(0, 3, 1, 2),
        });
        Assert.Equal(File.ReadAllBytes(folder.File("1")), File.ReadAllBytes(folder.File("2")));
    }

    [Fact]
    public void A_file_that_cannot_be_saved_leaves_the_old_one_and_no_other()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("kept.safetensors");
        Safetensors.Save(path, new Dictionary<string, Tensor> { ["a"] = ones(3) });
        byte[] before = File.ReadAllBytes(path);
        var broken = ones(3);
        broken.Dispose();
        Assert.ThrowsAny<Exception>(() => Safetensors.Save(path, new Dictionary<string, Tensor> { ["a"] = broken }));
        Assert.Throws<InvalidInputException>(() => Safetensors.Save(path, new Dictionary<string, Tensor> { ["__metadata__"] = ones(3) }));
        Assert.Throws<InvalidInputException>(() => Safetensors.Save(path, new Dictionary<string, Tensor> { ["c"] = ones(3, dtype: ScalarType.ComplexFloat64) }));
        Assert.Equal(before, File.ReadAllBytes(path));
        Assert.Equal([path], Directory.GetFiles(folder.Path));
    }

    [Theory]
    [InlineData("overlap", """{"a":{"dtype":"U8","shape":[4],"data_offsets":[0,4]},"b":{"dtype":"U8","shape":[4],"data_offsets":[2,6]}}""", 6)]
    [InlineData("hole", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[2],"data_offsets":[4,6]}}""", 6)]
    [InlineData("data beyond the last tensor", """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", 6)]
    [InlineData("data that is missing", """{"a":{"dtype":"U8","shape":[8],"data_offsets":[0,8]}}""", 6)]
    [InlineData("shape beyond the data", """{"a":{"dtype":"F32","shape":[1000000,1000000],"data_offsets":[0,8]}}""", 8)]
    [InlineData("product that overflows to 0", """{"a":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", 0)]
    [InlineData("product that overflows 128 bits", """{"a":{"dtype":"F64","shape":[9223372036854775807,9223372036854775807,9223372036854775807],"data_offsets":[0,8]}}""", 8)]
    [InlineData("negative size", """{"a":{"dtype":"U8","shape":[-1,-8],"data_offsets":[0,8]}}""", 8)]
    [InlineData("negative offset", """{"a":{"dtype":"U8","shape":[8],"data_offsets":[-8,0]}}""", 8)]
    [InlineData("reversed offsets", """{"a":{"dtype":"U8","shape":[8],"data_offsets":[8,0]}}""", 8)]
    [InlineData("size with a fraction", """{"a":{"dtype":"U8","shape":[2.5],"data_offsets":[0,2]}}""", 2)]
    [InlineData("size past 64 bits", """{"a":{"dtype":"U8","shape":[18446744073709551624],"data_offsets":[0,8]}}""", 8)]
    [InlineData("name twice", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", 2)]
    [InlineData("field twice", """{"a":{"dtype":"U8","dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1)]
    [InlineData("metadata twice", """{"__metadata__":{},"__metadata__":{}}""", 0)]
    [InlineData("metadata that is no text", """{"__metadata__":{"a":1}}""", 0)]
    [InlineData("unknown type beyond the data", """{"a":{"dtype":"F4","shape":[2],"data_offsets":[0,2]}}""", 1)]
    [InlineData("missing field", """{"a":{"dtype":"U8","shape":[1]}}""", 1)]
    [InlineData("three offsets", """{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1,1]}}""", 1)]
    [InlineData("half a character", """{"\ud800":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 1)]
    [InlineData("boolean that is neither", """{"a":{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}""", 1)]
    [InlineData("no object", """[1]""", 0)]
    [InlineData("something after the object", """{}x""", 0)]
    [InlineData("unfinished JSON", """{"a":{"dtype":""", 0)]
    public void A_broken_rule_gives_one_line(string what, string header, int dataBytes)
    {
        string path = Write(header, [.. Enumerable.Repeat((byte)7, dataBytes)]);
        AssertRefused(path, what);
    }

    [Fact]
    public void Headers_that_lie_about_their_length_or_nest_without_end_give_one_line()
    {
        foreach (ulong length in new ulong[] { 3, 100_000_000, 100_000_001, int.MaxValue, long.MaxValue, ulong.MaxValue })
        {
            byte[] file = new byte[10];
            BinaryPrimitives.WriteUInt64LittleEndian(file, length);
            File.WriteAllBytes(folder.File("length"), file);
            AssertRefused(folder.File("length"), $"length {length}");
        }

        for (int length = 0; length < 8; length++)
        {
            File.WriteAllBytes(folder.File("short"), new byte[length]);
            AssertRefused(folder.File("short"), $"{length} bytes");
        }

        AssertRefused(Write("{\"a\":" + new string('[', 1_000_000), []), "deep arrays");
        AssertRefused(Write(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)), []), "deep objects");
        AssertRefused(Write("{\"a\":{\"dtype\":\"U8\",\"shape\":[" + string.Join(',', Enumerable.Repeat("1", 100_000)) + "],\"data_offsets\":[0,1]}}", [1]), "dimensions");
        AssertRefused(Write("{\"" + new string('x', 100_000) + "\\n\":1}", []), "long name");
        AssertRefused(folder.File("absent"), "no file");
    }

    [Fact]
    public void Thousands_of_damaged_files_load_or_give_one_line_and_take_no_memory_they_do_not_justify()
    {
        using var scope = NewDisposeScope();
        string path = folder.File("fuzz.safetensors");
        Safetensors.Save(path, Every(), new Dictionary<string, string> { ["format"] = "pt" });
        byte[] whole = File.ReadAllBytes(path);
        int header = (int)BinaryPrimitives.ReadUInt64LittleEndian(whole);
        var random = new Random(20231119);
        long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        int loaded = 0, refused = 0;
        for (int i = 0; i < Fuzz.Cases(4000); i++)
        {
            byte[] damaged = Damage(whole, header, random);
            File.WriteAllBytes(path, damaged);
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                using SafetensorsFile file = Safetensors.Load(path);
                loaded++;
                long bytes = file.Tensors.Values.Sum(tensor => tensor.numel() * tensor.ElementSize);
                Assert.True(bytes <= damaged.Length, $"file {i}: {bytes} bytes of tensors from {damaged.Length} of file");
            }
            catch (InvalidInputException refusal)
            {
                refused++;
                AssertOneLine(refusal.Message);
            }

            // What reading any file and throwing one exception takes, and a few objects for every name in the header.
            long taken = GC.GetAllocatedBytesForCurrentThread() - before;
            Assert.True(taken < 200_000 + 50L * damaged.Length, $"file {i}: {taken} bytes taken for {damaged.Length} of file");
            Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }

        // The damage is neither always noticed (a changed weight is a weight) nor never.
        Assert.True(loaded > 100 && refused > 1000, $"{loaded} loaded, {refused} refused");
    }

    private static byte[] Damage(byte[] whole, int header, Random random)
    {
        byte[] damaged = [.. whole];
        switch (random.Next(7))
        {
            case 0:
                return damaged[..random.Next(damaged.Length)];
            case 1:
                return [.. damaged, .. new byte[random.Next(1, 100)]];
            case 2:
                damaged[random.Next(8)] = (byte)random.Next(256);
                return damaged;
            case 3:
                damaged[8 + random.Next(header)] = (byte)random.Next(256);
                return damaged;
            case 4:
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
                return damaged;
            case 5:
                // A piece of the header over another: names twice, types and numbers exchanged.
                int length = random.Next(1, 40);
                int from = 8 + random.Next(header - length), to = 8 + random.Next(header - length);
                damaged.AsSpan(from, length).ToArray().CopyTo(damaged, to);
                return damaged;
            default:
                // A number of the header made large, with a length that fits.
                string text = Encoding.UTF8.GetString(damaged, 8, header);
                int place = random.Next(text.Length);
                while (!char.IsDigit(text[place]))
                {
                    place = (place + 1) % text.Length;
                }

                string[] numbers = ["0", "-1", "1e3", "4294967296", "9223372036854775807", "99999999999999999999"];
                byte[] json = Encoding.UTF8.GetBytes(text[..place] + numbers[random.Next(numbers.Length)] + text[(place + 1)..]);
                return [.. BitConverter.GetBytes((long)json.Length), .. json, .. damaged[(8 + header)..]];
        }
    }

    private static Dictionary<string, Tensor> Every()
    {
        var halves = arange(-6, 6, ScalarType.Float32).div(4).reshape(3, 4);
        return new()
        {
            ["f64"] = halves.to(ScalarType.Float64).div(3),
            ["f32"] = halves / 3,
            ["f16"] = halves.to(ScalarType.Float16),
            ["bf16"] = halves.to(ScalarType.BFloat16),
            ["i64"] = tensor([long.MinValue, 0, long.MaxValue]),
            ["i32"] = tensor([int.MinValue, 0, int.MaxValue]),
            ["i16"] = tensor(new short[] { short.MinValue, 0, short.MaxValue }),
            ["i8"] = tensor(new sbyte[] { -128, 0, 127 }),
            ["u8"] = arange(256, ScalarType.Byte).reshape(2, 2, 64),
            ["bool"] = tensor([true, false, true]),
            ["one number"] = tensor(3.5f),
            ["empty"] = zeros(3, 0, 2),
            ["an \"odd\" nåme\n"] = zeros(1),
        };
    }

    private string Write(string header, byte[] data)
    {
        string path = folder.File("by hand.safetensors");
        byte[] json = Encoding.UTF8.GetBytes(header);
        File.WriteAllBytes(path, [.. BitConverter.GetBytes((long)json.Length), .. json, .. data]);
        return path;
    }

    private static void AssertRefused(string path, string what)
    {
        try
        {
            using SafetensorsFile file = Safetensors.Load(path);
            Assert.Fail($"{what}: loaded");
        }
        catch (InvalidInputException refusal)
        {
            AssertOneLine(refusal.Message);
        }
    }

    private static void AssertOneLine(string message) =>
        Assert.True(message.Length < 500 && !message.Any(char.IsControl), $"not one short line: {message}");

    private static byte[] Bytes(Tensor tensor)
    {
        using Tensor flat = tensor.contiguous().view(-1);
        return flat.numel() == 0 ? [] : flat.bytes.ToArray();
    }
}
