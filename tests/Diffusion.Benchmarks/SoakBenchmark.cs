using System.Diagnostics;
using System.Globalization;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>Sampling and training in turns for minutes or hours: what the process holds, and how fast that grows.</summary>
internal static class SoakBenchmark
{
    private static readonly TimeSpan BetweenReadings = TimeSpan.FromSeconds(5);

    /// <summary>Runs so many minutes, prints each, and at the end the slope.</summary>
    public static void Run(int minutes)
    {
        string checkpoint = Path.Combine(Directory.CreateTempSubdirectory("ddm-soak-").FullName, "state.safetensors");
        try
        {
            Run(TimeSpan.FromMinutes(minutes), checkpoint);
        }
        finally
        {
            Directory.Delete(Path.GetDirectoryName(checkpoint)!, recursive: true);
        }
    }

    private static void Run(TimeSpan length, string checkpoint)
    {
        using var process = Process.GetCurrentProcess();
        using DataSet digits = DataSet.Open("digits8");
        using DenoisingNetwork trained = Checkpoints.Load("digits");
        UNetConfig small = new() { Channels = 1, Size = 8, BaseChannels = 8, Multipliers = [1, 2], AttentionSizes = [], Classes = 10 };
        using var network = new UNet(small, seed: 1);
        using var trainer = new Trainer(network, digits.Samples, digits.Labels, new() { Steps = 10_000_000, BatchSize = 16 });
        using IEnumerator<TrainingProgress> training = trainer.Run(checkpoint, every: 100).GetEnumerator();
        string[] rules = ["ddim", "ddpm", "heun", "dpm++2m"];
        Action[] turns = [.. rules.Select<string, Action>(rule => () => SampleMixture(rule)), () => SampleDigits(trained), Train];
        var readings = new List<(double Hours, double Megabytes)>();
        var clock = Stopwatch.StartNew();
        TimeSpan next = TimeSpan.Zero;
        int rounds = 0, minute = 0;
        Console.WriteLine("minute  rounds  working set, MB  live tensors");
        while (clock.Elapsed < length)
        {
            Array.ForEach(turns, turn => turn());
            rounds++;
            if (clock.Elapsed >= next)
            {
                next = clock.Elapsed + BetweenReadings;
                process.Refresh();
                double megabytes = process.WorkingSet64 / 1048576.0;
                readings.Add((clock.Elapsed.TotalHours, megabytes));
                if (clock.Elapsed.TotalMinutes >= minute)
                {
                    minute = (int)clock.Elapsed.TotalMinutes + 1;
                    long live = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
                    Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
                        $"{clock.Elapsed.TotalMinutes,6:F1}  {rounds,6}  {megabytes,15:F0}  {live,12}"));
                }
            }
        }

        var (slope, error) = Slope(readings.GetRange(readings.Count / 2, readings.Count - readings.Count / 2));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"slope over the second half: {slope:F1} ± {error:F1} MB per hour, {rounds} rounds, {trainer.Step} updates"));

        void Train()
        {
            for (int update = 0; update < 10; update++)
            {
                training.MoveNext();
            }
        }
    }

    private static void SampleMixture(string rule)
    {
        using Tensor start = Noise.Gaussian([2000, 2], 1, ScalarType.Float64);
        var sampler = new Sampler(NoiseSchedule.Cosine(1000), Stride.Trailing(50), StepRule.Parse(rule));
        sampler.Run(new GaussianMixtureDenoiser(GaussianMixture.ThreeModes), start, seed: 1).Sample.Dispose();
    }

    private static void SampleDigits(DenoisingNetwork network)
    {
        using Tensor start = Noise.Gaussian([4, .. network.SampleShape], 1);
        var sampler = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Trailing(10));
        foreach (SamplingStep step in sampler.Walk(network.Conditional([1, 2, 3, 4], guidance: 2), start))
        {
            _ = step.Terms;
        }
    }

    /// <summary>Least squares, and the slope's standard error.</summary>
    private static (double Slope, double Error) Slope(List<(double X, double Y)> points)
    {
        double x = points.Average(point => point.X), y = points.Average(point => point.Y);
        double spread = points.Sum(point => (point.X - x) * (point.X - x));
        double slope = points.Sum(point => (point.X - x) * (point.Y - y)) / spread;
        double rest = points.Sum(point => Math.Pow(point.Y - y - slope * (point.X - x), 2));
        return (slope, Math.Sqrt(rest / Math.Max(1, points.Count - 2) / spread));
    }
}
