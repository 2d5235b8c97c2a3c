using static TorchSharp.torch;

namespace Diffusion.Tests;

public sealed class TrainerTests : IDisposable
{
    private static readonly UNetConfig Config = NetworkExamples.Tiny with { Dropout = 0.2 };

    // Parts that do not divide the batch, so that the last is smaller.
    private static readonly TrainingConfig Plan = new() { Steps = 12, BatchSize = 10, MicroBatch = 4, WarmupSteps = 3, Seed = 8, MinSnrGamma = 5 };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly TemporaryFolder folder = new();
    private readonly Tensor pictures = Noise.Gaussian([30, 1, 4, 4], 1).clamp_(-1, 1);
    private readonly Tensor labels = arange(30, ScalarType.Int64).remainder_(3);

    public void Dispose()
    {
        pictures.Dispose();
        labels.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(PredictionTarget.Noise)]
    [InlineData(PredictionTarget.Sample)]
    [InlineData(PredictionTarget.Velocity)]
    public void What_training_finds_is_the_mean_of_the_samples_that_a_noisy_one_may_come_from(PredictionTarget target)
    {
        // For x0 ~ N(m, s²), E[x0|x] is known (GaussianMixtureDenoiser), and it is what minimises the MSE.
        using var scope = NewDisposeScope();
        Tensor points = Noise.Gaussian([4000, 1], 3) * 0.5 + 0.7;
        using var network = new PointMlp(new() { Dimensions = 1, Width = 32, Blocks = 1, Target = target });
        using var trainer = new Trainer(network, points, config: new()
        {
            Steps = 600,
            BatchSize = 256,
            MicroBatch = 256,
            LearningRate = 5e-3,
            WarmupSteps = 20,
            EmaDecay = 0.98,
            Levels = NoiseLevelDistribution.Uniform(-4, 4),
        });
        foreach (var _ in trainer.Run(cancellation: Stop))
        {
        }

        var exact = new GaussianMixtureDenoiser(new([1], [[0.7]], [0.5]));
        foreach (double logSnr in new[] { -2.0, -1, 0, 1, 2 })
        {
            NoiseLevel level = NoiseLevel.FromLogSnr(logSnr);
            Tensor x = level.SignalRate * points.narrow(0, 0, 500) + level.NoiseRate * Noise.Gaussian([500, 1], 4);
            Tensor error = trainer.Ema.Predict(x, level).EstimatedSample(x, level) - exact.Predict(x.to(ScalarType.Float64), level).EstimatedSample(x.to(ScalarType.Float64), level);

            // The standard deviation of the data is 0.5.
            Assert.True(error.square().mean().sqrt().item<double>() < 0.1, $"{target} at {logSnr}: {error.square().mean().sqrt().item<double>()}");
        }
    }

    /// <remarks>While the learning rate still rises it does not depend on the plan's end, so the two must be the same to the last bit.</remarks>
    [Fact]
    public void A_finished_training_goes_on_to_a_later_end_as_one_that_was_planned_so()
    {
        TrainingConfig rising = Plan with { WarmupSteps = 100 };
        string finished = folder.File("finished.safetensors"), planned = folder.File("planned.safetensors"), longer = folder.File("longer.safetensors");
        foreach (var (steps, path) in new[] { (5, finished), (9, planned) })
        {
            using var network = new UNet(Config, 2);
            using var trainer = new Trainer(network, pictures, labels, rising with { Steps = steps });
            Assert.Equal(steps, trainer.Run(path, cancellation: Stop).Count());
        }

        using (Trainer resumed = Trainer.Resume(finished, pictures, labels, steps: 9))
        {
            Assert.Equal(4, resumed.Run(longer, cancellation: Stop).Count());
        }

        Assert.Equal(File.ReadAllBytes(planned), File.ReadAllBytes(longer));
        Refused.With("steps", "4", "5 or more", () => Trainer.Resume(finished, pictures, labels, steps: 4));
    }

    [Fact]
    public void Equal_seeds_give_equal_losses_and_weights_on_one_thread_or_many()
    {
        var (one, weights) = On(1);
        var (many, same) = On(4);
        Assert.Equal(one, many);
        Assert.Equal(weights, same);
        Assert.NotEqual(one, Train(Plan with { Seed = 9 }).Losses);

        (double[] Losses, byte[] Weights) On(int threads)
        {
            using var these = TorchThreads.Use(threads);
            var trained = Train(Plan);
            Assert.Equal(threads, get_num_threads());
            return trained;
        }
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_training_that_resumes_is_one_that_never_stopped_to_the_last_bit(ScalarType type)
    {
        TrainingConfig plan = Plan with { Precision = type };
        var (losses, whole) = Train(plan);
        string path = folder.File("stopped.safetensors");
        foreach (int stop in new[] { 1, 5, 11 })
        {
            double[] first = Take(Begin(plan), stop, path);

            // Whatever happens between the last save and the stop is lost, and done again.
            using Trainer resumed = Trainer.Resume(path, pictures, labels);
            Assert.Equal(stop, resumed.Step);
            Assert.Equal(plan, resumed.Config);
            double[] rest = [.. resumed.Run(cancellation: Stop).Select(progress => progress.Loss)];
            Assert.Equal(losses, first.Concat(rest));
            resumed.Save(path);
            Assert.Equal(whole, File.ReadAllBytes(path));
        }
    }

    [Fact]
    public void A_training_that_is_cancelled_in_an_update_keeps_nothing_of_it_and_goes_on_to_the_last_bit()
    {
        var (losses, whole) = Train(Plan);
        string path = folder.File("cancelled.safetensors");
        using var cancelling = new CancellationTokenSource();
        using (Trainer trainer = Begin(Plan))
        using (trainer.Network)
        {
            Assert.Throws<OperationCanceledException>(() =>
            {
                foreach (TrainingProgress progress in trainer.Run(cancellation: cancelling.Token).Where(progress => progress.Step == 3))
                {
                    cancelling.Cancel();
                }
            });
            Assert.Equal(3, trainer.Step);
            trainer.Save(path);
        }

        using Trainer resumed = Trainer.Resume(path, pictures, labels);
        Assert.Equal(losses[3..], resumed.Run(cancellation: Stop).Select(progress => progress.Loss));
        resumed.Save(path);
        Assert.Equal(whole, File.ReadAllBytes(path));
    }

    [Fact]
    public void The_average_is_the_running_mean_of_the_weights_and_what_is_loaded_from_a_checkpoint()
    {
        using var scope = NewDisposeScope();
        using UNet network = new(Config, seed: 2);
        using var trainer = new Trainer(network, pictures, labels, Plan with { EmaDecay = 0.5 });
        Tensor[] expected = [.. network.parameters().Select(parameter => parameter.detach().clone())];
        foreach (var progress in trainer.Run(cancellation: Stop))
        {
            double kept = Math.Min(0.5, (1.0 + progress.Step) / (10 + progress.Step));
            expected = [.. expected.Zip(network.parameters(), (mean, now) => kept * mean + (1 - kept) * now.detach())];
        }

        Assert.All(expected.Zip(trainer.Ema.parameters()), pair => Numbers.AssertNear(pair.First, pair.Second, 1e-6, "average"));
        string path = folder.File("state.safetensors");
        trainer.Save(path);
        using DenoisingNetwork loaded = DenoisingNetwork.Load(path);
        Assert.All(loaded.parameters().Zip(trainer.Ema.parameters()), pair => Assert.Equal(pair.Second.Bytes(), pair.First.Bytes()));
    }

    [Fact]
    public void A_loss_that_is_no_number_stops_the_training_by_its_step_and_names_the_last_good_checkpoint()
    {
        string path = folder.File("good.safetensors");
        using UNet network = new(Config, seed: 2);
        using var trainer = new Trainer(network, pictures, labels, Plan);
        var stopped = Assert.Throws<TrainingStoppedException>(() =>
        {
            foreach (var progress in trainer.Run(path, every: 2, Stop))
            {
                if (progress.Step == 7)
                {
                    using var noGradient = no_grad();
                    network.parameters().First().fill_(double.NaN);
                }
            }
        });

        Assert.Equal(8, stopped.Step);
        Assert.Equal(path, stopped.LastCheckpoint);
        Assert.Contains("step 8", stopped.Message, StringComparison.Ordinal);
        Assert.Contains(path, stopped.Message, StringComparison.Ordinal);
        using Trainer resumed = Trainer.Resume(path, pictures, labels);
        Assert.Equal(6, resumed.Step);
        Assert.Equal(6, resumed.Run(cancellation: Stop).Count());
    }

    [Fact]
    public void The_number_of_live_tensors_does_not_grow_with_the_steps()
    {
        using var trainer = Begin(Plan with { Steps = 200 });

        // What earlier tests left to the garbage collector must not go while this one counts; a second round takes what the
        // finalizers of the first let go.
        for (int round = 0; round < 2; round++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        using IEnumerator<TrainingProgress> run = trainer.Run(folder.File("state.safetensors"), every: 10, Stop).GetEnumerator();
        long[] live = [.. Enumerable.Range(0, 6).Select(_ => After(10))];
        Assert.All(live, count => Assert.InRange(count, 0, live[0]));

        long After(int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                Assert.True(run.MoveNext());
            }

            return Tensor.TotalCount;
        }
    }

    [Fact]
    public void Other_data_than_the_training_began_with_is_refused()
    {
        string path = folder.File("state.safetensors");
        Take(Begin(Plan), 2, path);
        using Tensor others = pictures * 0.5, fewer = labels.narrow(0, 0, 5), strange = labels + 1;
        Refused.With("samples", "other data", path, () => Trainer.Resume(path, others, labels));
        using var network = new UNet(Config);
        Refused.With("labels", "[5]", "[30]", () => new Trainer(network, pictures, fewer));
        Refused.With("labels", "none", "3 classes", () => new Trainer(network, pictures));
        Refused.With("labels", "1 to 3", "0 to 2", () => new Trainer(network, pictures, strange));
        using Tensor points = zeros(4, 2), broken = pictures / 0;
        Refused.With("samples", "[4, 2]", "[M, 1, 4, 4]", () => new Trainer(network, points, labels));
        Refused.With("samples", "NaN", "finite", () => new Trainer(network, broken, labels));
        using var plain = new UNet(Config with { Classes = 0 });
        plain.Save(folder.File("network.safetensors"));
        Assert.Contains("diffusion.training", Assert.Throws<InvalidInputException>(() => Trainer.Resume(folder.File("network.safetensors"), pictures)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Thousands_of_damaged_training_checkpoints_resume_or_give_one_line()
    {
        string path = folder.File("state.safetensors");
        Take(Begin(Plan), 2, path);
        NetworkFileTests.FuzzFiles(File.ReadAllBytes(path), path, Resume, seed: 11);

        void Resume()
        {
            using Trainer trainer = Trainer.Resume(path, pictures, labels);
            trainer.Network.Dispose();
        }
    }

    private Trainer Begin(TrainingConfig plan) => new(new UNet(Config, seed: 2), pictures, labels, plan);

    private (double[] Losses, byte[] Checkpoint) Train(TrainingConfig plan)
    {
        string path = folder.File("whole.safetensors");
        double[] losses = Take(Begin(plan), plan.Steps, path);
        return (losses, File.ReadAllBytes(path));
    }

    /// <summary>Makes some updates and saves.</summary>
    private static double[] Take(Trainer trainer, int steps, string path)
    {
        using (trainer)
        using (trainer.Network)
        {
            double[] losses = [.. trainer.Run(cancellation: Stop).Take(steps).Select(progress => progress.Loss)];
            trainer.Save(path);
            return losses;
        }
    }
}
