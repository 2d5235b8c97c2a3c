using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>Whole distributions: what leaves a sampler that was started from the true q(x_τK) is q(x_τ1).</summary>
public class MixtureTests
{
    private const int Count = 10_000;

    [Theory]
    [InlineData("linear", "ddim", 0.0)]
    [InlineData("linear", "ddim", 0.5)]
    [InlineData("linear", "ddim", 1.0)]
    [InlineData("linear", "ddpm small", 0.0)]
    [InlineData("linear", "ddpm large", 0.0)]
    [InlineData("cosine", "ddim", 0.0)]
    [InlineData("cosine", "ddpm small", 0.0)]
    [InlineData("offset-cosine", "ddim", 0.7)]
    public void Samples_started_from_the_true_noisy_distribution_match_the_true_clean_end(string name, string method, double eta)
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.Parse(name, 1000);
        StepRule rule = method switch
        {
            "ddim" => new SamplingEquationRule(eta),
            "ddpm small" => new AncestralRule(ReverseVariance.Small),
            _ => new AncestralRule(ReverseVariance.Large),
        };
        double[] truth = Truth(schedule.Level(1));
        Tensor coarse = Ends(new Sampler(schedule, Stride.Uniform(50), rule)), fine = Ends(new Sampler(schedule, Stride.Uniform(100), rule));

        // Halving the steps of a method of first order takes half of its error away, so fine − coarse is what fine still lacks.
        Tensor extrapolated = 2 * fine - coarse;
        double[] discretisation = (fine - coarse).mean([0L]).Values();
        double[] values = extrapolated.mean([0L]).Values(), errors = (extrapolated.std(0) / Math.Sqrt(Count)).Values();
        for (int i = 0; i < truth.Length; i++)
        {
            string what = FormattableString.Invariant($"statistic {i}: expected {truth[i]}, got {values[i]} ± {errors[i]}, of that {discretisation[i]} for the steps");
            Assert.True(Math.Abs(values[i] - truth[i]) <= 4 * errors[i], what);
            Assert.True(Math.Abs(discretisation[i]) < 0.05, what);
        }
    }

    /// <summary>What each sample adds to the means, the second moments and the mode weights at τ_1, [N, 8].</summary>
    private static Tensor Ends(Sampler sampler)
    {
        NoiseLevel top = sampler.Schedule.Level(sampler.Timesteps[^1]);
        Tensor start = Examples.ThreeModes.AtNoise(top).Sample(Count, seed: 1);
        foreach (SamplingStep step in sampler.Walk(new GaussianMixtureDenoiser(Examples.ThreeModes), start, seed: 2))
        {
            if (step.PreviousTimestep == sampler.Timesteps[0])
            {
                Tensor x = step.Next, first = x[TensorIndex.Colon, 0], second = x[TensorIndex.Colon, 1];
                Tensor mode = ModeOf(x, sampler.Schedule.Level(step.PreviousTimestep));
                return stack(
                [
                    first, second, first * first, second * second, first * second,
                    .. Enumerable.Range(0, 3).Select(k => mode.eq(k).to(ScalarType.Float64)),
                ], 1);
            }
        }

        throw new InvalidOperationException("The walk ended before τ_1.");
    }

    /// <summary>The mode that most probably made a sample. The three lie so far apart that hardly any other one could.</summary>
    private static Tensor ModeOf(Tensor x, NoiseLevel level)
    {
        GaussianMixture mixture = Examples.ThreeModes;
        return stack([.. Enumerable.Range(0, 3).Select(k =>
        {
            double v = level.AlphaBar * mixture.Stds[k] * mixture.Stds[k] + level.OneMinusAlphaBar;
            Tensor centre = tensor(mixture.Means[k].ToArray()) * level.SignalRate;
            return (x - centre).pow(2).sum(1) * (-0.5 / v) - Math.Log(v) + Math.Log(mixture.Weights[k]);
        })], 1).argmax(1);
    }

    private static double[] Truth(NoiseLevel level)
    {
        GaussianMixture mixture = Examples.ThreeModes;
        double[] sums = new double[5];
        for (int k = 0; k < 3; k++)
        {
            double w = mixture.Weights[k], v = level.AlphaBar * mixture.Stds[k] * mixture.Stds[k] + level.OneMinusAlphaBar;
            double a = level.SignalRate * mixture.Means[k][0], b = level.SignalRate * mixture.Means[k][1];
            double[] terms = [a, b, a * a + v, b * b + v, a * b];
            for (int i = 0; i < 5; i++)
            {
                sums[i] += w * terms[i];
            }
        }

        return [.. sums, .. mixture.Weights];
    }
}
