using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class MixtureScoresTests
{
    private static readonly GaussianMixture Mixture = new([0.5, 0.3, 0.2], [[0, 0], [1.5, 0], [0, 3]], [0.5, 0.7, 0.3]);

    [Fact]
    public void Samples_of_theMixture_have_its_weights_even_where_modes_overlap()
    {
        const int Count = 200_000;
        using Tensor samples = Mixture.Sample(Count, seed: 1);
        double[] weights = MixtureScores.ModeWeights(Mixture, samples);
        Assert.Equal(1, weights.Sum(), 1e-12);
        for (int k = 0; k < 3; k++)
        {
            Assert.Equal(Mixture.Weights[k], weights[k], 5 * 0.5 / Math.Sqrt(Count));
        }
    }

    [Fact]
    public void Samples_at_one_far_mode_are_all_its_own()
    {
        var apart = new GaussianMixture([1, 1], [[0, 0], [100, 0]], [1, 1]);
        using Tensor samples = apart.Sample(1000, 1) * 0;
        double[] weights = MixtureScores.ModeWeights(apart, samples);
        Assert.Equal(1, weights[0], 1e-12);
    }

    [Fact]
    public void One_Gaussians_mean_log_likelihood_is_minus_its_entropy()
    {
        const int Count = 100_000;
        var gaussian = new GaussianMixture([1], [[1, 2, 3]], [0.4]);
        using Tensor samples = gaussian.Sample(Count, seed: 2);

        // −½·D·(1 + log 2πσ²), with a standard deviation of √(D/2) a sample.
        double expected = -1.5 * (1 + Math.Log(2 * Math.PI * 0.16));
        Assert.Equal(expected, MixtureScores.MeanLogLikelihood(gaussian, samples), 5 * Math.Sqrt(1.5 / Count));
    }

    [Fact]
    public void The_mean_over_blocks_is_the_mean()
    {
        using var scope = NewDisposeScope();
        double[][] means = [.. Enumerable.Range(0, 300).Select(i => new[] { i * 0.1, -i * 0.05 })];
        var wide = new GaussianMixture([.. Enumerable.Repeat(1.0, 300)], means, [.. Enumerable.Repeat(0.2, 300)]);
        var samples = wide.Sample(9_000, 3);
        Assert.Equal(wide.LogDensity(samples).mean().item<double>(), MixtureScores.MeanLogLikelihood(wide, samples), 1e-10);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        MixtureScores.ModeWeights(wide, samples);
        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Other_shapes_are_refused()
    {
        using Tensor three = zeros(4, 3), none = zeros(0, 2);
        Refused.With("samples", "[4, 3]", "[N, 2]", () => MixtureScores.ModeWeights(Mixture, three));
        Refused.With("samples", "[0, 2]", "[N, 2]", () => MixtureScores.MeanLogLikelihood(Mixture, none));
    }
}
