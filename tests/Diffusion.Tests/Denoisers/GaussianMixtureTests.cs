using static TorchSharp.torch;

namespace Diffusion.Tests;

public class GaussianMixtureTests
{
    [Fact]
    public void Log_density_is_the_logarithm_of_the_weighted_Gaussians()
    {
        using var scope = NewDisposeScope();
        GaussianMixture mixture = Examples.ThreeModes;
        double[][] points = [[0, 0], [1, 1], [-1.2, 0.1], [0.3, -1.4]];
        double[] logs = mixture.LogDensity(tensor(points.SelectMany(p => p).ToArray(), [4, 2])).Values();
        for (int i = 0; i < points.Length; i++)
        {
            double density = Enumerable.Range(0, 3).Sum(k =>
            {
                double v = mixture.Stds[k] * mixture.Stds[k];
                double squared = Math.Pow(points[i][0] - mixture.Means[k][0], 2) + Math.Pow(points[i][1] - mixture.Means[k][1], 2);
                return mixture.Weights[k] / (2 * Math.PI * v) * Math.Exp(-squared / (2 * v));
            });
            Numbers.AssertNear(Math.Log(density), logs[i], 1e-12, $"log p at ({points[i][0]}, {points[i][1]})");
        }
    }

    [Fact]
    public void Log_density_is_finite_where_the_density_itself_underflows()
    {
        using var scope = NewDisposeScope();
        double log = new GaussianMixture([1], [[0.0]], [1]).LogDensity(tensor(new[] { 1000.0 }, [1, 1])).item<double>();
        Numbers.AssertNear(-500_000 - Math.Log(2 * Math.PI) / 2, log, 1e-15, "log p");
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.5)]
    [InlineData(0.0)]
    public void At_noise_is_the_distribution_of_the_noised_samples(double alphaBar)
    {
        var level = NoiseLevel.FromAlphaBar(alphaBar);
        GaussianMixture clean = Examples.ThreeModes, noisy = clean.AtNoise(level);
        Assert.Equal(clean.Weights, noisy.Weights);
        for (int k = 0; k < 3; k++)
        {
            Numbers.AssertNear(Math.Sqrt(alphaBar) * clean.Means[k][0], noisy.Means[k][0], 1e-15, "centre");
            Numbers.AssertNear(Math.Sqrt(alphaBar * clean.Stds[k] * clean.Stds[k] + 1 - alphaBar), noisy.Stds[k], 1e-15, "std");
        }
    }

    [Fact]
    public void Samples_have_the_mixtures_moments()
    {
        using var scope = NewDisposeScope();
        const int count = 40_000;
        var mixture = new GaussianMixture([3, 1], [[2.0], [-2.0]], [0.5, 1]);
        Assert.Equal([0.75, 0.25], mixture.Weights);
        Tensor x = mixture.Sample(count, seed: 1);
        Assert.Equal([count, 1], x.shape);

        // E[x] = 0.75·2 − 0.25·2 = 1; E[x²] = 0.75·(4 + 0.25) + 0.25·(4 + 1) = 4.4375.
        Assert.Equal(1, x.mean().item<double>(), 4 * Math.Sqrt(3.4375 / count));
        Assert.Equal(4.4375, (x * x).mean().item<double>(), 4 * (x * x).std().item<double>() / Math.Sqrt(count));
        Assert.Equal(x.Bytes(), mixture.Sample(count, seed: 1).Bytes());
        Assert.NotEqual(x.Bytes(), mixture.Sample(count, seed: 2).Bytes());
    }

    [Fact]
    public void Around_puts_one_component_at_each_row_whatever_the_layout_in_memory()
    {
        using var scope = NewDisposeScope();
        Tensor data = arange(6, ScalarType.Float64).reshape(2, 3);
        GaussianMixture rows = GaussianMixture.Around(data, 0.1), columns = GaussianMixture.Around(data.t(), 0.2);
        Assert.Equal([[0, 1, 2], [3, 4, 5]], rows.Means);
        Assert.Equal([[0, 3], [1, 4], [2, 5]], columns.Means);
        Assert.Equal([0.5, 0.5], rows.Weights);
        Assert.Equal([0.2, 0.2, 0.2], columns.Stds);
        Assert.Equal(4, GaussianMixture.Around(zeros(7, 1, 2, 2), 0).Dimensions);
    }

    [Fact]
    public void What_is_no_mixture_is_refused()
    {
        double[][] two = [[1.0, 0], [0, 1]];
        Refused.With("mixture.weights", "none", "at least one", () => new GaussianMixture([], [], []));
        Refused.With("mixture.means", "2 means", "1 weights", () => new GaussianMixture([1], two, [1]));
        Refused.With("mixture.stds", "1 stds", "2 weights", () => new GaussianMixture([1, 1], two, [1]));
        Refused.With("mixture.weights", "-0.5 at place 2", "positive", () => new GaussianMixture([1, -0.5], two, [1, 1]));
        Refused.With("mixture.weights", "NaN at place 1", "positive", () => new GaussianMixture([double.NaN, 1], two, [1, 1]));
        Refused.With("mixture.weights", "not finite", "finite", () => new GaussianMixture([1e308, 1e308], two, [1, 1]));
        Refused.With("mixture.means", "1 coordinates at place 2", "2, as in the first", () => new GaussianMixture([1, 1], [[1, 0], [1]], [1, 1]));
        Refused.With("mixture.means", "without coordinates", "at least one", () => new GaussianMixture([1], [[]], [1]));
        Refused.With("mixture.means", "not finite at place 2", "finite", () => new GaussianMixture([1, 1], [[1], [double.NaN]], [1, 1]));
        Refused.With("mixture.stds", "-1 at place 1", "at least 0", () => new GaussianMixture([1, 1], two, [-1, 1]));
    }

    [Fact]
    public void Data_samples_and_densities_that_cannot_be_are_refused()
    {
        using var scope = NewDisposeScope();
        Refused.With("data", "[0, 2]", "at least one row", () => GaussianMixture.Around(zeros(0, 2), 0.1));
        Refused.With("data", "[3]", "at least one row", () => GaussianMixture.Around(zeros(3), 0.1));
        Refused.With("mixture.stds", "-0.1", "at least 0", () => GaussianMixture.Around(zeros(3, 2), -0.1));
        Refused.With("count", "0", "at least 1", () => Examples.ThreeModes.Sample(0, 1));
        Refused.With("x", "[4, 1]", "2 numbers a row", () => Examples.ThreeModes.LogDensity(zeros(4, 1)));
        Refused.With("mixture.stds", "0", "above 0", () => GaussianMixture.Around(zeros(3, 2), 0).LogDensity(zeros(4, 2)));
    }
}
