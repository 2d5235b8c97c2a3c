using Diffusion.Tests.Networks;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Tests.Scores;

public sealed class EvaluationTests : IDisposable
{
    private readonly DataSet training;
    private readonly DataSet heldOut;
    private readonly UNet network = new(NetworkExamples.Digits, seed: 1);

    public EvaluationTests()
    {
        using DataSet digits = DataSet.Open("digits8");
        (training, heldOut) = digits.Divide();
    }

    [Fact]
    public void Equal_seeds_give_equal_scores_and_others_do_not()
    {
        using var judge = new SampleJudge(training, steps: 2);
        var evaluation = new Evaluation(network, judge, heldOut, count: 70, sets: 2);
        var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Uniform(3), StepRule.Parse("ddpm"));
        var (scores, calls) = evaluation.Samples(sampler, seed: 4);
        Assert.Equal((2, 70, 3), (scores.Sets, scores.Count, calls));
        Assert.Equal(scores, evaluation.Samples(sampler, seed: 4).Scores);
        Assert.NotEqual(scores, evaluation.Samples(sampler, seed: 6).Scores);
    }

    [Fact]
    public void A_set_starts_from_the_noise_of_its_seed_whatever_the_set_before_it()
    {
        using var judge = new SampleJudge(training, steps: 2);
        var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Uniform(2));
        double Distance(int count, int sets, int seed) => new Evaluation(network, judge, heldOut, count, sets).Samples(sampler, seed: seed).Scores.SlicedWasserstein.Value;

        // As many as are held out, so that every set is asked for the same classes.
        int all = heldOut.Count;
        Assert.Equal((Distance(all, 1, 1) + Distance(all, 1, 2)) / 2, Distance(all, 2, 1), 1e-12);
    }

    [Fact]
    public void Held_out_sets_are_parts_of_the_held_out_samples_that_do_not_overlap()
    {
        using var scope = NewDisposeScope();
        using var judge = new SampleJudge(training, steps: 2);
        var summary = new Evaluation(network, judge, heldOut, count: 50, sets: 10).HeldOut();

        // 179 held out: three sets of 50.
        Assert.Equal((3, 50), (summary.Sets, summary.Count));
        double[] nearest = NearestNeighbour.Distances(heldOut.Samples.narrow(0, 0, 150), training.Samples);
        Assert.Equal(nearest.Average(), summary.NearestTraining.Value, 1e-12);
        Assert.Equal(nearest.Min(), summary.LeastNearest);
    }

    [Fact]
    public void Memory_does_not_grow()
    {
        using var judge = new SampleJudge(training, steps: 2);
        var evaluation = new Evaluation(network, judge, heldOut, count: 20, sets: 2);
        var sampler = new Sampler(NoiseSchedule.Cosine(100), Stride.Uniform(2));
        evaluation.Samples(sampler, guidance: 2);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        evaluation.Samples(sampler, guidance: 2);
        evaluation.HeldOut();
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_network_that_does_not_fit_the_data_is_refused()
    {
        using DataSet large = DataSet.Open("digits"), points = DataSet.Open("spiral", count: 10);
        using PointMlp unlabelled = new();
        using var judge = new SampleJudge(points);
        Assert.Throws<InvalidInputException>(() => Evaluation.CheckFit(network, large));
        Assert.Throws<InvalidInputException>(() => Evaluation.CheckFit(network, points));
        Assert.Throws<InvalidInputException>(() => new Evaluation(unlabelled, judge, points, count: 11, sets: 1));
        Assert.Throws<InvalidInputException>(() => new Evaluation(unlabelled, judge, points, count: 1, sets: 1));
        Assert.Throws<InvalidInputException>(() => new Evaluation(unlabelled, judge, points, count: 5, sets: 0));
        var evaluation = new Evaluation(unlabelled, judge, points, count: 5, sets: 1);
        Assert.Throws<InvalidInputException>(() => evaluation.Samples(new Sampler(NoiseSchedule.Cosine(10)), guidance: 2));
    }

    public void Dispose()
    {
        network.Dispose();
        training.Dispose();
        heldOut.Dispose();
    }
}
