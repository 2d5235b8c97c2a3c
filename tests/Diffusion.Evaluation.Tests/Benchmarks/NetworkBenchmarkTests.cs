using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public sealed class NetworkBenchmarkTests : IDisposable
{
    private readonly DataSet digits = DataSet.Open("digits8");
    private readonly UNet network = new(NetworkExamples.Digits, seed: 1);
    private readonly NetworkBenchmark benchmark;

    public NetworkBenchmarkTests() => benchmark = new(network, digits, classifierSteps: 2);

    [Fact]
    public void Equal_seeds_give_equal_scores_and_others_do_not()
    {
        var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Uniform(3), StepRule.Parse("ddpm"));
        var (scores, calls) = benchmark.Run(sampler, samples: 70, seed: 4);
        Assert.Equal((70, 3), (scores.NearestTraining.Count, calls));
        Assert.Equal(scores.Values, benchmark.Run(sampler, samples: 70, seed: 4).Scores.Values);
        Assert.NotEqual(scores.Values, benchmark.Run(sampler, samples: 70, seed: 6).Scores.Values);
    }

    [Fact]
    public void The_noise_of_a_set_is_its_seeds_and_the_classes_are_those_of_the_held_out_set_which_begin_again()
    {
        var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Uniform(2));

        // 179 held out: two sets of 70, so that the third asks for what the first did.
        var (first, _) = benchmark.Run(sampler, samples: 70, seed: 5, set: 0);
        Assert.Equal(first.Values, benchmark.Run(sampler, samples: 70, seed: 5, set: 2).Scores.Values);
        Assert.Equal(first.NearestTraining, benchmark.Run(sampler, samples: 70, seed: 5).Scores.NearestTraining);
        Assert.NotEqual(first.Values, benchmark.Run(sampler, samples: 70, seed: 6, set: 0).Scores.Values);
    }

    [Fact]
    public void Held_out_sets_are_parts_of_the_held_out_samples_that_do_not_overlap()
    {
        using var scope = NewDisposeScope();
        var (training, heldOut) = digits.Divide();
        using (training)
        using (heldOut)
        {
            IReadOnlyList<Scores> sets = benchmark.Reference(samples: 50, runs: 10);

            // 179 held out: three sets of 50.
            Assert.Equal(3, sets.Count);
            Assert.Single(benchmark.Reference(samples: 50, runs: 1));
            double[] nearest = NearestNeighbour.Distances(heldOut.Samples.narrow(0, 0, 150), training.Samples);
            Assert.Equal(nearest, sets.SelectMany(set => set.NearestTraining));
        }
    }

    [Fact]
    public void Memory_does_not_grow()
    {
        using var guided = new NetworkBenchmark(network, digits, guidance: 2, classifierSteps: 2);
        var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Uniform(2));
        guided.Run(sampler, samples: 20, seed: 1);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        guided.Run(sampler, samples: 20, seed: 2);
        guided.Reference(samples: 20, runs: 2);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_network_that_does_not_fit_the_data_is_refused()
    {
        using DataSet large = DataSet.Open("digits"), points = DataSet.Open("spiral", count: 10);
        using UNet ofThree = new(NetworkExamples.Digits with { Classes = 3 });
        using PointMlp unlabelled = new();
        Refused.With("data", "digits with samples of 1×16×16", "1×8×8", () => new NetworkBenchmark(network, large).Dispose());
        Refused.With("data", "spiral with samples of 2", "1×8×8", () => new NetworkBenchmark(network, points).Dispose());
        Refused.With("data", "10 classes", "3 classes", () => new NetworkBenchmark(ofThree, digits).Dispose());
        Refused.With("guidance", "NaN", "finite", () => new NetworkBenchmark(network, digits, double.NaN).Dispose());
        Refused.With("guidance", "2", "1: this network", () => new NetworkBenchmark(unlabelled, points, guidance: 2).Dispose());
    }

    public void Dispose()
    {
        benchmark.Dispose();
        network.Dispose();
        digits.Dispose();
    }
}
