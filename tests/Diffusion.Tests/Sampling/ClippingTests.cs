using static TorchSharp.torch;

namespace Diffusion.Tests;

public class ClippingTests
{
    private const double Largest = 1.5;

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    public void The_bound_keeps_the_size_of_samples_whose_noise_estimate_is_two_percent_wrong(double eta)
    {
        using var scope = NewDisposeScope();
        double truth = Rms(Examples.ThreeModes.Sample(4000, seed: 1)), bounded = RmsOfRun(Clipping.Of(Largest), eta);
        Assert.True(Math.Abs(bounded / truth - 1) < 0.1, FormattableString.Invariant($"RMS {bounded} with the bound, {truth} in truth"));
    }

    [Fact]
    public void Without_the_bound_they_explode()
    {
        using var scope = NewDisposeScope();
        double truth = Rms(Examples.ThreeModes.Sample(4000, seed: 1)), free = RmsOfRun(Clipping.None, eta: 0);
        Assert.True(free > 10 * truth, FormattableString.Invariant($"RMS {free} without the bound, {truth} in truth"));
    }

    [Fact]
    public void Without_an_error_a_bound_that_no_sample_reaches_changes_nothing()
    {
        using var scope = NewDisposeScope();
        var exact = new GaussianMixtureDenoiser(Examples.ThreeModes);
        Tensor start = Noise.Gaussian([100, 2], seed: 2, ScalarType.Float64);
        Tensor free = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Uniform(10)).Run(exact, start).Sample;
        var bounded = new Sampler(NoiseSchedule.Cosine(1000), Stride.Uniform(10)) { Clipping = Clipping.Of(10) };
        Numbers.AssertNear(free, bounded.Run(exact, start).Sample, 1e-12, "samples");
    }

    [Fact]
    public void Pictures_are_bounded_by_one_unless_told_otherwise_and_points_are_not()
    {
        using var scope = NewDisposeScope();
        var denoiser = new DelegateDenoiser(PredictionTarget.Sample, (x, _) => full_like(x, 3));
        var sampler = new Sampler(NoiseSchedule.Cosine(10));
        Tensor picture = zeros(1, 1, 2, 2, ScalarType.Float64), point = zeros(1, 4, ScalarType.Float64);
        Assert.Equal([1, 1, 1, 1], sampler.Run(denoiser, picture).Sample.Values());
        Assert.Equal([3, 3, 3, 3], sampler.Run(denoiser, point).Sample.Values());
        Assert.Equal([3, 3, 3, 3], new Sampler(NoiseSchedule.Cosine(10)) { Clipping = Clipping.None }.Run(denoiser, picture).Sample.Values());
        Assert.Equal([2, 2, 2, 2], new Sampler(NoiseSchedule.Cosine(10)) { Clipping = Clipping.Of(2) }.Run(denoiser, point).Sample.Values());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_limit_that_is_not_positive_and_finite_is_refused(double limit) =>
        Refused.With("clip", FormattableString.Invariant($"{limit}"), "a positive number", () => Clipping.Of(limit));

    private static double RmsOfRun(Clipping bound, double eta)
    {
        using var scope = NewDisposeScope();
        using var errors = new SeededNoise(3);
        Tensor start = Noise.Gaussian([4000, 2], seed: 2, ScalarType.Float64);
        var exact = new GaussianMixtureDenoiser(Examples.ThreeModes);
        var wrong = new DelegateDenoiser(PredictionTarget.Noise, (x, level) =>
        {
            Tensor error = empty_like(x);
            errors.Fill(0, error);
            return exact.Predict(x, level).EstimatedNoise(x, level) + 0.02 * error;
        });
        var sampler = new Sampler(NoiseSchedule.Cosine(1000), Stride.Uniform(10), new SamplingEquationRule(eta)) { Clipping = bound };
        return Rms(sampler.Run(wrong, start, seed: 4).Sample);
    }

    private static double Rms(Tensor x) => Math.Sqrt(x.Values().Average(value => value * value));
}
