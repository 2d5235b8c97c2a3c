using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class PredictionTests
{
    [Fact]
    public void Every_target_determines_the_same_sample_and_noise() =>
        Gen.Select(Gen.Double[0.01, 0.99], Gen.Double[-3, 3], Gen.Double[-3, 3]).Sample((alphaBar, clean, eps) =>
        {
            using var scope = NewDisposeScope();
            var level = NoiseLevel.FromAlphaBar(alphaBar);
            Tensor x0 = full([1, 1], clean, ScalarType.Float64), noise = full([1, 1], eps, ScalarType.Float64);
            Tensor x = x0 * level.SignalRate + noise * level.NoiseRate;

            // Salimans & Ho 2022: v = √ᾱ·ε − √(1−ᾱ)·x0.
            Tensor velocity = noise * level.SignalRate - x0 * level.NoiseRate;
            foreach (Prediction prediction in new Prediction[]
            {
                new(PredictionTarget.Sample, x0), new(PredictionTarget.Noise, noise), new(PredictionTarget.Velocity, velocity),
            })
            {
                Numbers.AssertNear(clean, prediction.EstimatedSample(x, level).item<double>(), 1e-13, $"x̂0 from {prediction.Target}");
                Numbers.AssertNear(eps, prediction.EstimatedNoise(x, level).item<double>(), 1e-13, $"ε̂ from {prediction.Target}");
            }
        }, iter: 100, threads: 1);

    [Fact]
    public void A_noise_prediction_says_nothing_about_the_sample_at_pure_noise()
    {
        using var scope = NewDisposeScope();
        Tensor x = ones(1, 1);
        Prediction noise = new(PredictionTarget.Noise, ones(1, 1));
        Assert.Throws<InvalidInputException>(() => noise.EstimatedSample(x, NoiseLevel.FromAlphaBar(0)));
    }
}
