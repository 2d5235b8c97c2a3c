using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class ExactDenoiserTests
{
    private static readonly double[] Weights = [0.2, 0.5, 0.3], Centres = [-1.5, 0.25, 1], Stds = [0.3, 0.15, 0.5];
    private static readonly GaussianMixture Line = new(Weights, [.. Centres.Select(centre => new[] { centre })], Stds);

    private static readonly Gen<(NoiseLevel Level, double[] X)> Cases =
        Gen.Select(Gen.Double[-40, 40].Select(NoiseLevel.FromLogSnr), Gen.Double[-4, 4].Array[6]);

    [Theory]
    [InlineData(0.0)]
    [InlineData(1e-9)]
    [InlineData(0.02)]
    [InlineData(0.5)]
    [InlineData(0.9)]
    [InlineData(0.999)]
    public void Estimates_equal_the_posterior_means_that_quadrature_gives(double alphaBar)
    {
        using var scope = NewDisposeScope();
        var level = NoiseLevel.FromAlphaBar(alphaBar);
        double[] xs = [-2.5, -1, -0.2, 0, 0.4, 1.1, 3];
        Prediction prediction = new GaussianMixtureDenoiser(Line).Predict(tensor(xs, [7, 1]), level);
        double[] samples = prediction.Value.Values(), noises = prediction.Noise!.Values();
        for (int i = 0; i < xs.Length; i++)
        {
            // Over x0 with the likelihood N(x; √ᾱ·x0, 1−ᾱ). The integrand is smooth and dies out, where the trapezoid
            // rule converges faster than any power of the spacing.
            double mass = 0, sample = 0, noise = 0;
            for (double x0 = -7; x0 <= 7; x0 += 0.001)
            {
                double residual = (xs[i] - level.SignalRate * x0) / level.NoiseRate;
                double density = Density(x0) * Math.Exp(-residual * residual / 2);
                mass += density;
                sample += density * x0;
                noise += density * residual;
            }

            Numbers.AssertNear(sample / mass, samples[i], 1e-10, $"x̂0 at x = {xs[i]}");
            Numbers.AssertNear(noise / mass, noises[i], 1e-10, $"ε̂ at x = {xs[i]}");
        }
    }

    [Fact]
    public void At_pure_noise_the_sample_is_the_mean_of_the_data_and_the_noise_the_input_itself()
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(new[] { -3.0, 0, 0.7, 100 }, [4, 1]);
        Prediction prediction = new GaussianMixtureDenoiser(Line).Predict(x, NoiseLevel.FromAlphaBar(0));
        double mean = Weights.Zip(Centres, (w, centre) => w * centre).Sum();
        Assert.All(prediction.Value.Values(), sample => Numbers.AssertNear(mean, sample, 1e-12, "x̂0"));
        Numbers.AssertNear(x, prediction.Noise!, 1e-15, "ε̂");
    }

    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e-16)]
    [InlineData(1e-30)]
    [InlineData(1e-300)]
    public void Towards_the_clean_sample_the_estimates_keep_their_digits(double oneMinusAlphaBar)
    {
        // ε̂ = −√(1−ᾱ)·∇log q(x), and q tends to the density of the data: both sides are tiny, their ratio is not.
        using var scope = NewDisposeScope();
        var level = new NoiseLevel(1 - oneMinusAlphaBar, oneMinusAlphaBar);
        double[] xs = [-2.5, -1, -0.2, 0, 0.4, 1.1, 3];
        Prediction prediction = new GaussianMixtureDenoiser(Line).Predict(tensor(xs, [7, 1]), level);
        double[] samples = prediction.Value.Values(), noises = prediction.Noise!.Values();
        for (int i = 0; i < xs.Length; i++)
        {
            double score = Score(xs[i]), noisy = noises[i] / level.NoiseRate;
            Numbers.AssertNear(-score, noisy, 1e-12 + 200 * oneMinusAlphaBar, $"ε̂/√(1−ᾱ) at x = {xs[i]}");
            Numbers.AssertNear(xs[i] + oneMinusAlphaBar * (score + xs[i] / 2), samples[i], 1e-14 + 5000 * oneMinusAlphaBar * oneMinusAlphaBar, $"x̂0 at x = {xs[i]}");
        }
    }

    [Fact]
    public void Estimated_sample_and_noise_put_the_input_together_again() => Cases.Sample((level, xs) =>
    {
        using var scope = NewDisposeScope();
        Tensor x = tensor(xs, [3, 2]);
        Prediction prediction = new GaussianMixtureDenoiser(Examples.ThreeModes).Predict(x, level);
        Numbers.AssertNear(x, prediction.Value * level.SignalRate + prediction.Noise! * level.NoiseRate, 1e-13, $"x at {level}");
    }, iter: 200, threads: 1);

    [Fact]
    public void Estimated_noise_is_the_score_times_minus_the_noise_rate() =>
        Gen.Select(Gen.Double[0.0, 0.99], Gen.Double[-2, 2].Array[2]).Sample((alphaBar, at) =>
        {
            // Tweedie's formula, with ∇log q(x) from central differences.
            using var scope = NewDisposeScope();
            var level = NoiseLevel.FromAlphaBar(alphaBar);
            GaussianMixture noisy = Examples.ThreeModes.AtNoise(level);
            double[] noise = new GaussianMixtureDenoiser(Examples.ThreeModes).Predict(tensor(at, [1, 2]), level).Noise!.Values();
            const double h = 1e-5;
            double[] logs = noisy.LogDensity(tensor(
                [at[0] + h, at[1], at[0] - h, at[1], at[0], at[1] + h, at[0], at[1] - h], [4, 2])).Values();
            Numbers.AssertNear(-level.NoiseRate * (logs[0] - logs[1]) / (2 * h), noise[0], 1e-6, $"first coordinate at {level}");
            Numbers.AssertNear(-level.NoiseRate * (logs[2] - logs[3]) / (2 * h), noise[1], 1e-6, $"second coordinate at {level}");
        }, iter: 200, threads: 1);

    [Fact]
    public void Data_at_single_points_are_found_from_any_noise_level()
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(new([1, 1], [[1.0, 0], [-1.0, 0]], [0, 0]));
        Tensor x = tensor(new[] { 0.9, 0.3, -5, 2 }, [2, 2]);
        Prediction near = denoiser.Predict(x, NoiseLevel.FromAlphaBar(1 - 1e-6));
        Numbers.AssertNear(tensor(new[] { 1.0, 0, -1, 0 }, [2, 2]), near.Value, 1e-12, "the nearer point");

        // Two points at ±1: E[x0 | x] = tanh(√ᾱ·x/(1−ᾱ)) along their line.
        Prediction far = denoiser.Predict(x, NoiseLevel.FromAlphaBar(0.3));
        Numbers.AssertNear(
            tensor([Math.Tanh(Math.Sqrt(0.3) * 0.9 / 0.7), 0, Math.Tanh(Math.Sqrt(0.3) * -5 / 0.7), 0], [2, 2]), far.Value, 1e-14, "between the points");
    }

    [Fact]
    public void Pictures_and_single_precision_come_back_as_they_went_in()
    {
        using var scope = NewDisposeScope();
        var mixture = GaussianMixture.Around(zeros(3, 1, 2, 2), 0.5);
        Tensor x = randn([5, 1, 2, 2], ScalarType.Float32);
        Prediction prediction = new GaussianMixtureDenoiser(mixture).Predict(x, NoiseLevel.FromAlphaBar(0.5));
        Assert.Equal(([5L, 1, 2, 2], ScalarType.Float32), (prediction.Value.shape, prediction.Value.dtype), Same);
        Assert.Equal(([5L, 1, 2, 2], ScalarType.Float32), (prediction.Noise!.shape, prediction.Noise.dtype), Same);

        // One Gaussian at 0: x̂0 = √ᾱ·s²/(ᾱ·s² + 1−ᾱ)·x.
        Numbers.AssertNear(x * (Math.Sqrt(0.5) * 0.25 / (0.125 + 0.5)), prediction.Value, 1e-6, "x̂0");

        static bool Same((long[] Shape, ScalarType Type) a, (long[] Shape, ScalarType Type) b) =>
            a.Shape.SequenceEqual(b.Shape) && a.Type == b.Type;
    }

    [Fact]
    public void Rows_of_other_dimensions_than_the_mixtures_are_refused()
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        NoiseLevel level = NoiseLevel.FromAlphaBar(0.5);
        Refused.With("x", "[4, 3]", "2 numbers a row", () => denoiser.Predict(zeros(4, 3), level));
        Refused.With("x", "[2]", "2 numbers a row", () => denoiser.Predict(zeros(2), level));
        Refused.With("x", "[0, 2]", "2 numbers a row", () => denoiser.Predict(zeros(0, 2), level));
    }

    private static double Density(double x) =>
        Enumerable.Range(0, 3).Sum(k => Weights[k] / Stds[k] * Math.Exp(-Math.Pow((x - Centres[k]) / Stds[k], 2) / 2));

    private static double Score(double x) => Enumerable.Range(0, 3).Sum(k =>
        Weights[k] / Stds[k] * Math.Exp(-Math.Pow((x - Centres[k]) / Stds[k], 2) / 2) * (Centres[k] - x) / (Stds[k] * Stds[k])) / Density(x);
}
