using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>The UNet beside what this machine can do: a matrix product, and the network's own convolutions and nothing else.</summary>
internal static class UNetBenchmark
{
    private static readonly UNetConfig Config = new();
    private static readonly TimeSpan Rest = TimeSpan.FromMilliseconds(20);
    private static readonly NoiseLevel Level = NoiseLevel.FromLogSnr(0);

    public static void Run()
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, {get_num_threads()} threads; fastest here: {Precisions.Fastest}");
        Forward();
        Training();
    }

    private static void Forward()
    {
        using var network = new UNet(Config);
        var rows = new List<string[]>();
        foreach (int batch in new[] { 1, 16, 64 })
        {
            using var scope = NewDisposeScope();
            Tensor x = Noise.Gaussian([batch, 3, 32, 32], 1);
            ScalarType[] types = [ScalarType.Float32, ScalarType.BFloat16];
            Action[] contestants =
            [
                .. types.SelectMany(type => new[] { Network(type), Convolutions.Of(Config, batch, type) }),
                .. types.Select(Product),
            ];
            Interleaved times = Interleaved.Measure(TimeSpan.FromSeconds(20), Rest, contestants);
            double work = batch * Convolutions.Operations(Config) / 1e9;
            for (int i = 0; i < types.Length; i++)
            {
                rows.Add([
                    $"{types[i]}, batch {batch}", $"{times.Seconds(2 * i) * 1e3:F1}", $"{batch / times.Seconds(2 * i):F0}",
                    $"{work / times.Seconds(2 * i):F0}", $"{work / times.Seconds(2 * i + 1):F0}", $"{2 * 2.048 * 2.048 * 2.048 / times.Seconds(4 + i):F0}",
                    $"{times.Ratio(2 * i + 1, 2 * i):P0}", i == 0 ? "" : $"{times.Ratio(0, 2):F2}",
                ]);
            }

            Action Network(ScalarType type) => () =>
            {
                network.Precision = type;
                network.Predict(x, Level).Dispose();
            };
        }

        Table.Print($"UNet of {network.ParameterCount} parameters, {Convolutions.Operations(Config) / 1e9:F3} GFLOP an image in convolutions",
            ["", "ms", "images/s", "GFLOP/s", "its convolutions alone", "matmul 2048³", "share", "times float32's speed"], rows);
    }

    /// <summary>A matrix product, as fast as this machine multiplies.</summary>
    private static Action Product(ScalarType type)
    {
        Tensor a = randn(2048, 2048).to(type), b = randn(2048, 2048).to(type);
        return () =>
        {
            using Tensor product = a.matmul(b);
        };
    }

    private static void Training()
    {
        using Tensor pictures = Noise.Gaussian([128, 3, 32, 32], 1);
        using UNet exact = new(Config), rounded = new(Config);
        using Trainer slow = Begin(exact, ScalarType.Float32), fast = Begin(rounded, ScalarType.BFloat16);
        using IEnumerator<TrainingProgress> slowly = slow.Run().GetEnumerator(), quickly = fast.Run().GetEnumerator();
        Interleaved times = Interleaved.Measure(TimeSpan.FromSeconds(30), Rest, () => slowly.MoveNext(), () => quickly.MoveNext());
        Table.Print("A training step at batch 64", ["", "ms", "images/s", "times float32's speed"],
        [
            ["Float32", $"{times.Seconds(0) * 1e3:F0}", $"{64 / times.Seconds(0):F0}", ""],
            ["BFloat16", $"{times.Seconds(1) * 1e3:F0}", $"{64 / times.Seconds(1):F0}", $"{times.Ratio(0, 1):F2}"],
        ]);

        Trainer Begin(UNet network, ScalarType type) => new(network, pictures, config: new() { BatchSize = 64, Precision = type });
    }
}
