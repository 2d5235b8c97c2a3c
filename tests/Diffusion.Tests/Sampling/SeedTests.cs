using static TorchSharp.torch;

namespace Diffusion.Tests;

public class SeedTests
{
    [Fact]
    public void Equal_seeds_give_equal_bytes_and_others_do_not()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Points(seed: 1), Points(seed: 1));
        Assert.NotEqual(Points(seed: 1), Points(seed: 2));
        Assert.Equal(Noise.Gaussian([5, 3], 4).Bytes(), Noise.Gaussian([5, 3], 4).Bytes());
        Assert.NotEqual(Noise.Gaussian([5, 3], 4).Bytes(), Noise.Gaussian([5, 3], 5).Bytes());
        Assert.NotEqual(Noise.Gaussian([5, 3], 4).Bytes(), Noise.Gaussian([5, 3], -4).Bytes());
    }

    [Fact]
    public void The_number_of_threads_changes_no_byte_of_a_sample()
    {
        byte[] points = OnThreads(1, () => Points(seed: 1)), pictures = OnThreads(1, Pictures), walk = OnThreads(1, ForwardWalk);
        foreach (int threads in new[] { 2, 3, 8 })
        {
            Assert.Equal(points, OnThreads(threads, () => Points(seed: 1)));
            Assert.Equal(pictures, OnThreads(threads, Pictures));
            Assert.Equal(walk, OnThreads(threads, ForwardWalk));
        }
    }

    [Fact]
    public void The_number_of_threads_changes_no_byte_of_the_exact_denoiser_on_the_digits()
    {
        byte[] one = OnThreads(1, PicturesSample);
        Assert.Equal(one, OnThreads(2, PicturesSample));
        Assert.Equal(one, OnThreads(4, PicturesSample));
    }

    [Fact]
    public async Task Samplers_side_by_side_give_the_bytes_that_each_gives_alone()
    {
        const int Count = 24, Threads = 8;
        using UNet network = new UNet(NetworkExamples.Tiny with { Classes = 0 }).Stirred();
        var exact = new GaussianMixtureDenoiser(Examples.ThreeModes);
        byte[][] alone = [.. Enumerable.Range(0, Count).Select(Sample)], together = new byte[Count][];
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                for (int i = thread; i < Count; i += Threads)
                {
                    together[i] = Sample(i);
                }
            },
            TestContext.Current.CancellationToken,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default)));

        Assert.Equal(alone, together);
        Assert.Equal(Count, alone.Select(Convert.ToHexString).Distinct().Count());

        byte[] Sample(int i)
        {
            string[] rules = ["ddim:0.5", "ddpm", "heun", "dpm++2m"];
            using var scope = NewDisposeScope();
            var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Trailing(5), StepRule.Parse(rules[i % rules.Length]));
            return i < Count / 2
                ? sampler.Run(network, Noise.Gaussian([5, 1, 4, 4], i), seed: i).Sample.Bytes()
                : sampler.Run(exact, Noise.Gaussian([500, 2], i, ScalarType.Float64), seed: i).Sample.Bytes();
        }
    }

    [Fact]
    public void Sampling_neither_reads_nor_moves_the_global_generator()
    {
        using var scope = NewDisposeScope();
        manual_seed(5);
        byte[] expected = randn(8).Bytes();
        manual_seed(5);
        byte[] sample = Points(seed: 1);
        Assert.Equal(expected, randn(8).Bytes());
        manual_seed(6);
        Assert.Equal(sample, Points(seed: 1));
    }

    /// <summary>Larger than libtorch's grain of 32 768 numbers, so that threads do share the work.</summary>
    private static byte[] Points(int seed)
    {
        using var scope = NewDisposeScope();
        Tensor start = Noise.Gaussian([50_000, 2], seed, ScalarType.Float64);
        var sampler = Sampler.Ancestral(NoiseSchedule.Linear(1000), Stride.Uniform(5));
        return sampler.Run(new GaussianMixtureDenoiser(Examples.ThreeModes), start, seed).Sample.Bytes();
    }

    private static byte[] Pictures()
    {
        using var scope = NewDisposeScope();
        Tensor start = Noise.Gaussian([4, 3, 128, 128], 2);
        return Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Uniform(5), eta: 0.5)
            .Run(Wavy.Of(PredictionTarget.Velocity), start, seed: 3).Sample.Bytes();
    }

    private static byte[] ForwardWalk()
    {
        using var scope = NewDisposeScope();
        Tensor? last = null;
        foreach (var (_, x) in new ForwardProcess(NoiseSchedule.Cosine(5)).FreshNoise(zeros(300, 300), seed: 4))
        {
            last = x.clone();
        }

        return last!.Bytes();
    }

    private static byte[] PicturesSample()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(1, CPU);
        var denoiser = new GaussianMixtureDenoiser(GaussianMixture.Around(rand([1797, 1, 8, 8], generator: random), 0.1));
        Tensor start = Noise.Gaussian([64, 1, 8, 8], 2, ScalarType.Float64);
        return Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Uniform(5), eta: 1).Run(denoiser, start, seed: 3).Sample.Bytes();
    }

    private static byte[] OnThreads(int threads, Func<byte[]> sample)
    {
        using var these = TorchThreads.Use(threads);
        return sample();
    }
}
