using CsCheck;
using TorchSharp;

namespace Diffusion.Tests;

public class TrainingConfigTests
{
    [Fact]
    public void The_learning_rate_rises_in_a_line_and_falls_to_zero_in_half_a_cosine()
    {
        var plan = new TrainingConfig { Steps = 1000, WarmupSteps = 100, LearningRate = 0.02 };
        for (int step = 1; step <= 100; step++)
        {
            Assert.Equal(0.02 * step / 100, plan.LearningRateAt(step), 1e-15);
        }

        Assert.Equal(0, plan.LearningRateAt(1000), 1e-15);

        // Around the middle of the descent half a cosine is point-symmetric.
        for (int away = 0; away <= 450; away += 50)
        {
            Assert.Equal(0.02, plan.LearningRateAt(550 - away) + plan.LearningRateAt(550 + away), 1e-12);
        }

        Assert.All(Enumerable.Range(100, 900), step => Assert.True(plan.LearningRateAt(step + 1) < plan.LearningRateAt(step)));
    }

    [Fact]
    public void Min_snr_weighs_the_same_error_the_same_whatever_is_predicted() => Gen.Double[-11.0, 11.0].Select(Gen.Double[0.1, 20]).Sample((logSnr, gamma) =>
    {
        NoiseLevel level = NoiseLevel.FromLogSnr(logSnr);
        var plan = new TrainingConfig { MinSnrGamma = gamma };

        // An error e of x0 is −√SNR·e of ε, and −√(SNR + 1)·e of v, from x = √ᾱ·x0 + √(1−ᾱ)·ε and v = √ᾱ·ε − √(1−ᾱ)·x0.
        double sample = plan.Weight(PredictionTarget.Sample, level);
        Assert.Equal(Math.Min(level.Snr, gamma), sample, 1e-9 * Math.Max(1, sample));
        Assert.Equal(sample, plan.Weight(PredictionTarget.Noise, level) * level.Snr, 1e-9 * Math.Max(1, sample));
        Assert.Equal(sample, plan.Weight(PredictionTarget.Velocity, level) * (level.Snr + 1), 1e-9 * Math.Max(1, sample));
        Assert.Equal(1, new TrainingConfig().Weight(PredictionTarget.Noise, level));
    });

    [Fact]
    public void Cosine_levels_are_those_of_the_cosine_schedule()
    {
        for (double u = 0.05; u < 1; u += 0.05)
        {
            double alphaBar = Math.Pow(Math.Cos(Math.PI * u / 2), 2);
            Assert.Equal(alphaBar, NoiseLevelDistribution.Cosine.Level(u).AlphaBar, 1e-12);
            Assert.Equal(NoiseLevelDistribution.Cosine.Level(u).LogSnr - 1.5, NoiseLevelDistribution.ShiftedCosine(-1.5).Level(u).LogSnr, 1e-12);
            Assert.Equal(5 - 9 * u, NoiseLevelDistribution.Uniform(-4, 5).Level(u).LogSnr, 1e-12);
        }

        Assert.Equal(12, NoiseLevelDistribution.Cosine.Level(0).LogSnr);
        Assert.Equal(-12, NoiseLevelDistribution.Cosine.Level(1).LogSnr);
    }

    [Theory]
    [InlineData("cosine")]
    [InlineData("cosine-1.5")]
    [InlineData("cosine+0.25")]
    [InlineData("uniform:-8:7.5")]
    public void The_name_of_a_distribution_reads_back_as_the_same(string name)
    {
        NoiseLevelDistribution levels = NoiseLevelDistribution.Parse(name);
        Assert.Equal(name, levels.ToString());
        Assert.Equal(levels, NoiseLevelDistribution.Parse(levels.ToString()));
    }

    [Theory]
    [InlineData("sine")]
    [InlineData("cosine11")]
    [InlineData("cosineNaN")]
    [InlineData("uniform:3:3")]
    [InlineData("uniform:-13:0")]
    [InlineData("uniform:NaN:0")]
    public void Other_names_are_refused(string name) => Assert.Equal("levels", Assert.Throws<InvalidInputException>(() => NoiseLevelDistribution.Parse(name)).Field);

    [Fact]
    public void A_plan_that_cannot_be_followed_is_refused_by_its_field()
    {
        using var network = new PointMlp();
        using torch.Tensor points = torch.zeros(4, 2);
        Refuse(new() { Steps = 0 }, "Steps");
        Refuse(new() { BatchSize = 0 }, "BatchSize");
        Refuse(new() { MicroBatch = -1 }, "MicroBatch");
        Refuse(new() { LearningRate = double.NaN }, "LearningRate");
        Refuse(new() { WarmupSteps = -1 }, "WarmupSteps");
        Refuse(new() { WeightDecay = 2 }, "WeightDecay");
        Refuse(new() { GradientClip = 0 }, "GradientClip");
        Refuse(new() { EmaDecay = 1 }, "EmaDecay");
        Refuse(new() { MinSnrGamma = 0 }, "MinSnrGamma");
        Refuse(new() { LabelDropout = -0.1 }, "LabelDropout");
        Refuse(new() { Precision = torch.ScalarType.Int64 }, "Precision");

        void Refuse(TrainingConfig plan, string field) => Refused.With(field, "", "", () => new Trainer(network, points, config: plan));
    }
}
