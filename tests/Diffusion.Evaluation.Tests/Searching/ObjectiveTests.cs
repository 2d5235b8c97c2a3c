using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class ObjectiveTests
{
    private static readonly GaussianMixtureDenoiser Exact = new(GaussianMixture.ThreeModes);

    public static TheoryData<string> Schedules => ["linear", "cosine", "scaled-linear"];

    [Fact]
    public void The_error_of_the_exact_denoiser_for_one_Gaussian_is_its_posterior_variance()
    {
        // x0 ~ N(0, s²): Var(x0 | x_t) = s²(1−ᾱ)/(ᾱs² + 1−ᾱ), in each of two dimensions.
        const double Std = 0.7;
        var mixture = new GaussianMixture([1], [[0, 0]], [Std]);
        var schedule = NoiseSchedule.Cosine(50);
        const int Count = 40_000;
        using Tensor data = mixture.Sample(Count, seed: 1);
        double[] errors = LikelihoodObjective.Errors(schedule, new GaussianMixtureDenoiser(mixture), data, seed: 2);
        Assert.Equal(0, errors[0]);
        for (int t = 1; t <= 50; t++)
        {
            NoiseLevel level = schedule.Level(t);
            double variance = Std * Std * level.OneMinusAlphaBar / (level.AlphaBar * Std * Std + level.OneMinusAlphaBar);

            // A sum of two squared normals of this variance has mean 2v and standard deviation 2v.
            Assert.InRange(errors[t], 2 * variance * (1 - 5 / Math.Sqrt(Count)), 2 * variance * (1 + 5 / Math.Sqrt(Count)));
        }
    }

    [Fact]
    public void A_trajectory_jump_costs_what_taking_it_shows()
    {
        var schedule = NoiseSchedule.Cosine(12);
        using Tensor start = Noise.Gaussian([50, 2], seed: 3, ScalarType.Float64);
        JumpCosts costs = TrajectoryObjective.Costs(schedule, Exact, start);
        var fine = new Dictionary<int, Tensor> { [12] = start.clone() };
        foreach (SamplingStep step in new Sampler(schedule).Walk(Exact, start))
        {
            fine[step.PreviousTimestep] = step.Next.clone();
        }

        for (int t = 1; t <= 12; t++)
        {
            Prediction prediction = Exact.Predict(fine[t], schedule.Level(t));
            for (int s = 0; s < t; s++)
            {
                using SamplingTerms terms = SamplingEquation.Terms(fine[t], prediction, schedule.Transition(t, s));
                double squared = (terms.Next - fine[s]).square().mean().item<double>();
                Assert.InRange(costs[t, s], squared - 1e-12, squared + 1e-12);
            }
        }

        foreach (Tensor x in fine.Values)
        {
            x.Dispose();
        }
    }

    [Theory]
    [MemberData(nameof(Schedules))]
    public void No_named_stride_with_the_same_ends_is_better_under_an_objective_of_its_own(string name)
    {
        var schedule = NoiseSchedule.Parse(name, 300);
        using Tensor start = Noise.Gaussian([200, 2], seed: 4, ScalarType.Float64), data = GaussianMixture.ThreeModes.Sample(500, seed: 5);
        JumpCosts[] objectives =
        [
            LikelihoodObjective.Costs(schedule, LikelihoodObjective.Errors(schedule, Exact, data)),
            TrajectoryObjective.Costs(schedule, Exact, start),
        ];
        foreach (JumpCosts costs in objectives)
        {
            var optimal = costs.Optimal(40).ToDictionary(it => it.Count);
            foreach (int K in new[] { 2, 5, 10, 40 })
            {
                foreach (string named in new[] { "uniform", "quadratic", "trailing", "logsnr", "karras" })
                {
                    double total = costs.Total(Stride.Parse($"{named}{K}").Timesteps(schedule));
                    Assert.True(optimal[K].Cost <= total * (1 + 1e-12), $"{name}, {named}{K}: {total} is below {optimal[K].Cost}");
                }
            }
        }
    }

    [Fact]
    public void Errors_of_another_length_are_refused() =>
        Refused.With("errors", "3 numbers", "11", () => LikelihoodObjective.Costs(NoiseSchedule.Cosine(10), [0, 1, 2]));
}
