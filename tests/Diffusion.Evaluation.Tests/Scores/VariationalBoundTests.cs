using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class VariationalBoundTests
{
    private static readonly GaussianMixtureDenoiser Denoiser = new(GaussianMixture.ThreeModes);

    [Theory]
    [InlineData("ddpm", "full")]
    [InlineData("ddpm:0.5", "uniform50")]
    [InlineData("ddpm:large", "uniform10")]
    [InlineData("ddpm", "10,5,2")]
    public void The_bound_lies_above_the_exact_negative_log_likelihood(string rule, string stride)
    {
        using var scope = NewDisposeScope();
        Tensor data = GaussianMixture.ThreeModes.Sample(4000, 3);
        var sampler = new Sampler(NoiseSchedule.Linear(200), Stride.Parse(stride), StepRule.Parse(rule));
        VariationalBound bound = VariationalBound.Measure(sampler, Denoiser, data, seed: 1);
        double truth = -GaussianMixture.ThreeModes.LogDensity(data).mean().item<double>() / (2 * Math.Log(2));
        Assert.True(bound.Total > truth - 3 * bound.StandardError, $"{bound.Total} ± {bound.StandardError}, truth {truth}");
        Assert.Equal(sampler.Timesteps.Count - 1, bound.Transitions.Count);
        Assert.True(bound.Prior >= 0);
        Assert.All(bound.Transitions, term => Assert.True(term >= 0));
    }

    [Fact]
    public void More_steps_bring_the_bound_down_to_the_truth()
    {
        using var scope = NewDisposeScope();
        Tensor data = GaussianMixture.ThreeModes.Sample(4000, 3);
        double truth = -GaussianMixture.ThreeModes.LogDensity(data).mean().item<double>() / (2 * Math.Log(2));
        double[] gaps = [.. new[] { 10, 100, 1000 }.Select(count => Measure(count) - truth)];
        Assert.True(gaps[0] > gaps[1] && gaps[1] > gaps[2], string.Join(", ", gaps));
        Assert.InRange(gaps[2], -0.02, 0.05);

        // At T = 1000 even spacing of ᾱ in log-SNR leaves every jump small, and β and β̃ nearly the same.
        double Measure(int count)
        {
            var schedule = NoiseSchedule.FromAlphaBar(Enumerable.Range(0, count)
                .Select(i => NoiseLevel.FromLogSnr(9 - 18.0 * i / (count - 1)).AlphaBar));
            return VariationalBound.Measure(Sampler.Ancestral(schedule, variance: ReverseVariance.Large), Denoiser, data, seed: 2).Total;
        }
    }

    [Fact]
    public void For_one_Gaussian_in_one_step_every_term_has_a_closed_form()
    {
        // x0 ~ N(0, 1): x̂0 = √ᾱ·x_1, so E(x0 − x̂0)² = 1 − ᾱ, and with σ² = β the decoder costs ½ + ½·log(2πβ) nats;
        // the prior costs −½·log(1−ᾱ) on average. Together they miss the entropy ½ + ½·log 2π by nothing.
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(new([1], [[0.0]], [1]));
        Tensor data = denoiser.Mixture.Sample(200_000, 1);
        const double alphaBar = 0.4;
        VariationalBound bound = VariationalBound.Measure(Sampler.Ancestral(NoiseSchedule.FromAlphaBar([alphaBar]), variance: ReverseVariance.Large), denoiser, data);
        Assert.Empty(bound.Transitions);
        Numbers.AssertNear(-0.5 * Math.Log(1 - alphaBar) / Math.Log(2), bound.Prior, 0.01, "prior");
        Numbers.AssertNear((0.5 + 0.5 * Math.Log(2 * Math.PI * (1 - alphaBar))) / Math.Log(2), bound.Decoder, 0.01, "decoder");
        Numbers.AssertNear((0.5 + 0.5 * Math.Log(2 * Math.PI)) / Math.Log(2), bound.Total, 0.01, "entropy");
    }

    [Theory]
    [InlineData(2, 0.3)]
    [InlineData(17, 0.02)]
    [InlineData(256, 0.001)]
    [InlineData(256, 0.5)]
    public void Probabilities_of_all_levels_sum_to_one(int levels, double sigma)
    {
        using var scope = NewDisposeScope();
        Tensor values = linspace(-1, 1, levels, ScalarType.Float64);
        foreach (double mean in new[] { -1.2, -0.5, 0.013, 1 })
        {
            Tensor nats = VariationalBound.DecoderTerm(values, full_like(values, mean), sigma, levels);
            Numbers.AssertNear(1, (-nats).exp().sum().item<double>(), 1e-12, $"mean {mean}");
        }
    }

    [Fact]
    public void A_level_far_from_the_estimate_keeps_a_finite_cost_with_digits()
    {
        // −log of a Gaussian tail z = 20 deviations out lies between z²/2 + log(z√2π) and the same plus 1/z².
        using var scope = NewDisposeScope();
        Tensor one = ones(1, dtype: ScalarType.Float64);
        const double half = 1.0 / 255, sigma = 0.02;
        double z = (1 - half - 0.6) / sigma, around = z * z / 2 + Math.Log(z * Math.Sqrt(2 * Math.PI));
        Assert.InRange(VariationalBound.DecoderTerm(one, one * 0.6, sigma, 256).item<double>(), around, around + 1 / (z * z) + 1e-9);
        Assert.InRange(VariationalBound.DecoderTerm(one, one * -50, sigma, 256).item<double>(), 600, 800);
    }

    [Fact]
    public void Other_rules_and_too_few_levels_are_refused_in_one_line()
    {
        using Tensor data = zeros(2, 2);
        var schedule = NoiseSchedule.Cosine(10);
        Refused.With("sampler", "the rule heun", "ancestral", () => VariationalBound.Measure(new Sampler(schedule, rule: new HeunRule()), Denoiser, data));
        Refused.With("levels", "1", "at least 2", () => VariationalBound.Measure(Sampler.Ancestral(schedule), Denoiser, data, levels: 1));
    }

    [Fact]
    public void Equal_seeds_give_equal_bounds_and_no_tensor_is_left()
    {
        using Tensor data = GaussianMixture.ThreeModes.Sample(50, 3);
        Sampler sampler = Sampler.Ancestral(NoiseSchedule.Cosine(20));
        double first = VariationalBound.Measure(sampler, Denoiser, data, seed: 5).Total;
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Assert.Equal(first, VariationalBound.Measure(sampler, Denoiser, data, seed: 5).Total);
        Assert.NotEqual(first, VariationalBound.Measure(sampler, Denoiser, data, seed: 6).Total);
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }
}
