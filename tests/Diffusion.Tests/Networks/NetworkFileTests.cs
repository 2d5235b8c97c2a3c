using System.Text;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public sealed class NetworkFileTests : IDisposable
{
    private static readonly NoiseLevel Level = NoiseLevel.FromLogSnr(0.4);
    private readonly TemporaryFolder folder = new();

    public static TheoryData<string> Kinds => ["unet", "points"];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_network_that_was_saved_answers_as_before(string kind)
    {
        using var scope = NewDisposeScope();
        using DenoisingNetwork network = Network(kind);
        string path = folder.File("network.safetensors");
        network.Save(path);

        using DenoisingNetwork loaded = DenoisingNetwork.Load(path);

        loaded.Precision = network.Precision;
        Assert.IsType(network.GetType(), loaded);
        Assert.Equal(network.SampleShape, loaded.SampleShape);
        Assert.Equal((network.Target, network.Classes, network.ParameterCount), (loaded.Target, loaded.Classes, loaded.ParameterCount));
        Tensor x = Noise.Gaussian([2, .. network.SampleShape], 1);
        Assert.Equal(network.Predict(x, Level).Value.Bytes(), loaded.Predict(x, Level).Value.Bytes());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Half_the_digits_take_half_the_bytes_and_change_little(string kind)
    {
        using var scope = NewDisposeScope();
        using DenoisingNetwork network = Network(kind);
        network.Save(folder.File("whole.safetensors"));
        network.Save(folder.File("half.safetensors"), ScalarType.Float16);
        using DenoisingNetwork half = DenoisingNetwork.Load(folder.File("half.safetensors"));

        long saved = new FileInfo(folder.File("whole.safetensors")).Length - new FileInfo(folder.File("half.safetensors")).Length;
        Assert.InRange(saved, 2 * network.ParameterCount - 200, 2 * network.ParameterCount + 200);
        Assert.All(network.parameters().Zip(half.parameters()), pair => Numbers.AssertNear(pair.First, pair.Second, 1e-3, "parameter"));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_one_line_that_names_it()
    {
        using var scope = NewDisposeScope();
        using DenoisingNetwork network = Network("points");
        network.Save(folder.File("good.safetensors"));
        var (tensors, metadata) = Read(folder.File("good.safetensors"));
        string first = tensors.Keys.Order(StringComparer.Ordinal).First();
        Tensor values = tensors[first];

        Refuse(() => tensors.Remove(first), first, "nothing");
        Refuse(() => tensors[first] = zeros(3, 5, 7), first, "[3, 5, 7]");
        Refuse(() => tensors[first] = values.to(ScalarType.Int32), first, "Int32");
        Refuse(() => tensors[first] = full_like(values, double.NaN), first, "NaN");
        Refuse(() => metadata.Clear(), "diffusion.configuration", "nothing");
        Refuse(() => metadata["diffusion.architecture"] = "transformer", "diffusion.architecture", "unet or point-mlp");
        Refuse(() => metadata["diffusion.architecture"] = "unet", "diffusion.configuration", "UNetConfig");
        Refuse(() => metadata["diffusion.configuration"] = "{\"dimensions\":", "diffusion.configuration", "PointMlpConfig");
        Refuse(() => metadata["diffusion.configuration"] = "null", "diffusion.configuration", "an object");
        Refuse(() => metadata["diffusion.configuration"] = "{\"width\":0}", "Width", "1 to 4096");
        Refuse(() => metadata["diffusion.configuration"] = "{\"wide\":4}", "diffusion.configuration", "wide");
        Refused.With(folder.File("absent.safetensors"), "no such file", "safetensors", () => DenoisingNetwork.Load(folder.File("absent.safetensors")));

        void Refuse(Action damage, string field, string words)
        {
            damage();
            Safetensors.Save(folder.File("bad.safetensors"), tensors, metadata);
            var refusal = Assert.Throws<InvalidInputException>(() => DenoisingNetwork.Load(folder.File("bad.safetensors")));
            AssertOneLine(refusal.Message);
            Assert.Contains(field, refusal.Message, StringComparison.Ordinal);
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
            (tensors, metadata) = Read(folder.File("good.safetensors"));
        }
    }

    [Fact]
    public void A_small_file_that_claims_a_huge_network_is_refused_before_memory_is_taken()
    {
        string path = folder.File("huge.safetensors");
        string[] claims =
        [
            """{"baseChannels":4096,"multipliers":[64,64,64,64,64,64,64,64],"size":1024,"attentionSizes":[]}""",
            """{"baseChannels":2,"groups":1,"heads":1,"blocksPerLevel":4096,"multipliers":[1,1,1,1,1,1,1,1],"size":128,"attentionSizes":[]}""",
            """{"embedding":4096,"classes":100000}""",
        ];
        foreach (string claim in claims)
        {
            using (var scope = NewDisposeScope())
            {
                Safetensors.Save(path, new Dictionary<string, Tensor> { ["a"] = zeros(1000) }, new Dictionary<string, string>
                {
                    ["diffusion.architecture"] = "unet",
                    ["diffusion.configuration"] = claim,
                });
            }

            long live = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount, before = GC.GetAllocatedBytesForCurrentThread();
            Refused.With($"{path}, metadata \"diffusion.configuration\"", "more parameters than the file has numbers", "saved with", () => DenoisingNetwork.Load(path));
            Assert.Equal(live, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
        }
    }

    [Fact]
    public void Thousands_of_damaged_checkpoints_load_or_give_one_line()
    {
        string path = folder.File("network.safetensors");
        foreach (string kind in Kinds.Select(row => row.Data))
        {
            using (DenoisingNetwork network = Network(kind))
            {
                network.Save(path);
            }

            FuzzFiles(File.ReadAllBytes(path), path, () => DenoisingNetwork.Load(path).Dispose(), seed: 7);
        }
    }

    /// <summary>Writes 1500 damaged versions of a file, each of which has to be read or refused in one line.</summary>
    internal static void FuzzFiles(byte[] whole, string path, Action read, int seed)
    {
        int header = (int)BitConverter.ToInt64(whole);
        var random = new Random(seed);
        int loaded = 0, refused = 0;
        for (int i = 0; i < Fuzz.Cases(1500); i++)
        {
            File.WriteAllBytes(path, Damage(whole, header, random));
            try
            {
                read();
                loaded++;
            }
            catch (InvalidInputException refusal)
            {
                refused++;
                AssertOneLine(refusal.Message);
            }
        }

        // A changed digit of a weight is a weight; a changed name or size is not.
        Assert.True(loaded > 20 && refused > 500, $"{loaded} loaded, {refused} refused");
    }

    private static byte[] Damage(byte[] whole, int header, Random random)
    {
        byte[] damaged = [.. whole];
        switch (random.Next(5))
        {
            case 0:
                return damaged[..random.Next(damaged.Length)];
            case 1:
                damaged[random.Next(8 + header, damaged.Length)] ^= (byte)(1 << random.Next(8));
                return damaged;
            case 2:
                damaged[8 + random.Next(header)] = (byte)random.Next(32, 127);
                return damaged;
            default:
                // The texts of the metadata, which the format itself does not check.
                string text = Encoding.UTF8.GetString(damaged, 8, header);
                int begin = text.IndexOf("__metadata__", StringComparison.Ordinal), end = text.IndexOf("}\"", begin, StringComparison.Ordinal);
                int place = random.Next(begin, Math.Max(begin + 1, end));
                string[] pieces = ["0", "-1", "99999", "1e9", "null", "[", "]", "{}", "true", "\\\"a\\\"", "", ",", "NaN"];
                int length = random.Next(0, 4);
                byte[] json = Encoding.UTF8.GetBytes(text[..place] + pieces[random.Next(pieces.Length)] + text[Math.Min(text.Length, place + length)..]);
                return [.. BitConverter.GetBytes((long)json.Length), .. json, .. damaged[(8 + header)..]];
        }
    }

    private static void AssertOneLine(string message) =>
        Assert.True(message.Length < 600 && !message.Any(char.IsControl), $"not one short line: {message}");

    private static DenoisingNetwork Network(string kind)
    {
        DenoisingNetwork network = kind == "unet"
            ? new UNet(NetworkExamples.Tiny).Stirred()
            : new PointMlp(new() { Width = 8, Blocks = 1 }).Stirred();
        network.Precision = ScalarType.Float32;
        return network;
    }

    private static (Dictionary<string, Tensor> Tensors, Dictionary<string, string> Metadata) Read(string path)
    {
        using SafetensorsFile file = Safetensors.Load(path);
        return (file.Tensors.ToDictionary(pair => pair.Key, pair => pair.Value.clone()), file.Metadata.ToDictionary());
    }
}
