using System.Diagnostics;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Benchmarks;

/// <summary>What the sampler itself costs: a step, a stride, and memory.</summary>
internal static class SamplerBenchmark
{
    private const int Steps = 100;
    private static readonly long[][] Shapes = [[64, 2], [10_000, 2], [16, 3, 32, 32]];

    public static void Run()
    {
        Console.WriteLine($"{Environment.ProcessorCount} processors, {get_num_threads()} threads");
        Step();
        Stride();
        Memory();
    }

    /// <summary>
    /// A step with a denoiser that costs nothing, beside what no sampler can do without: one mul_ and one add_, and for
    /// the stochastic ones fresh noise.
    /// </summary>
    private static void Step()
    {
        foreach (long[] shape in Shapes)
        {
            var rows = new List<string[]>();
            using var scope = NewDisposeScope();
            using var noGradient = no_grad();
            using var noise = new SeededNoise(1);
            Tensor x = Noise.Gaussian(shape, 1), answer = Noise.Gaussian(shape, 2), z = Noise.Gaussian(shape, 3);
            var free = new DelegateDenoiser(PredictionTarget.Noise, (_, _) => answer.alias());
            (string Name, string Rule, Clipping Clipping, bool Noise)[] samplers =
            [
                ("ddim", "ddim", Clipping.None, false),
                ("ddim, x̂0 bounded", "ddim", Clipping.Of(1), false),
                ("dpm++2m", "dpm++2m", Clipping.None, false),
                ("heun", "heun", Clipping.None, false),
                ("ddpm", "ddpm", Clipping.None, true),
                ("ddpm, x̂0 bounded", "ddpm", Clipping.Of(1), true),
            ];
            Action[] contestants =
            [
                () => Repeat(() => x.mul_(0.999).add_(answer, alpha: 0.001)),
                () => Repeat(() =>
                {
                    noise.Fill(0, z);
                    x.mul_(0.999).add_(z, alpha: 0.001);
                }),
                .. samplers.Select(Contestant),
            ];
            Interleaved times = Interleaved.Measure(TimeSpan.FromSeconds(15), contestants);
            rows.Add(Row("mul_, add_", 0, 0));
            rows.Add(Row("mul_, add_ with fresh noise", 1, 1));
            rows.AddRange(samplers.Select((sampler, i) => Row(sampler.Name, i + 2, sampler.Noise ? 1 : 0)));

            Action Contestant((string Name, string Rule, Clipping Clipping, bool Noise) given)
            {
                var sampler = new Sampler(NoiseSchedule.Linear(Steps), rule: StepRule.Parse(given.Rule)) { Clipping = given.Clipping };
                return () => sampler.Run(free, x, noise).Sample.Dispose();
            }

            Table.Print(
                $"A step at {string.Join('×', shape)} with a denoiser that costs nothing; ratios to the pair, with noise where the step has noise ({times.Rounds} rounds)",
                ["what", "µs", "ratio"], rows);

            string[] Row(string name, int who, int against) =>
                [name, $"{times.Seconds(who) / Steps * 1e6:F1}", who == against ? "" : $"{times.Ratio(who, against):F2}"];
        }
    }

    private static void Repeat(Action act)
    {
        for (int i = 0; i < Steps; i++)
        {
            act();
        }
    }

    /// <summary>K of 1000 steps, with the exact denoiser of three modes.</summary>
    private static void Stride()
    {
        using Tensor start = Noise.Gaussian([64, 2], 1);
        var denoiser = new GaussianMixtureDenoiser(new([1, 2, 1], [[-1, 0], [0, 1], [1, 0]], [0.2, 0.3, 0.1]));
        int[] counts = [1000, 500, 100, 50, 20];
        Interleaved times = Interleaved.Measure(TimeSpan.FromSeconds(30), [.. counts.Select<int, Action>(count =>
        {
            var sampler = Sampler.Strided(NoiseSchedule.Cosine(1000), Diffusion.Stride.Uniform(count));

            // As many steps in each turn, so that each turn meets as much of what else the machine does.
            return () =>
            {
                for (int i = 0; i < 1000 / count; i++)
                {
                    sampler.Run(denoiser, start).Sample.Dispose();
                }
            };
        })]);
        Table.Print("K of 1000 steps, exact denoiser, 64×2",
            ["K", "ms", "of the full time", "K/1000"],
            counts.Select((count, i) => new[]
            {
                $"{count}", $"{times.Seconds(i) * count:F1}", $"{times.Ratio(i, 0) * count / 1000:P2}", $"{count / 1000.0:P2}",
            }));
    }

    /// <summary>The process's memory at its largest over runs of more and more steps, read at every hundredth step.</summary>
    private static void Memory()
    {
        using Tensor start = Noise.Gaussian([16, 3, 32, 32], 1);
        foreach (string rule in new[] { "ddim", "ddpm", "heun", "dpm++2m" })
        {
            Largest(rule, 100);
        }

        Table.Print("Memory (MB, largest working set) and live tensors after runs of so many steps, 16×3×32×32, terms read at each step",
            ["rule", "100", "1000", "10000", "tensors left"],
            new[] { "ddim", "ddpm", "heun", "dpm++2m" }.Select(rule =>
            {
                long before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
                string[] sizes = [.. new[] { 100, 1000, 10_000 }.Select(steps => $"{Largest(rule, steps) / 1048576.0:F1}")];
                return (string[])[rule, .. sizes, $"{DisposeScopeManager.Statistics.ThreadTotalLiveCount - before}"];
            }));

        long Largest(string rule, int steps)
        {
            using Process process = Process.GetCurrentProcess();
            long largest = 0;
            // Not x * level.SignalRate: such a number is native memory until a collection, and keeps its neighbours from being used again.
            var denoiser = new DelegateDenoiser(PredictionTarget.Sample, (x, level) =>
            {
                using Scalar rate = level.SignalRate;
                return x.mul(rate);
            });
            foreach (SamplingStep step in new Sampler(NoiseSchedule.Cosine(steps), rule: StepRule.Parse(rule)).Walk(denoiser, start))
            {
                _ = step.Terms;
                if (step.Index % 100 == 99)
                {
                    process.Refresh();
                    largest = Math.Max(largest, process.WorkingSet64);
                }
            }

            return largest;
        }
    }
}
