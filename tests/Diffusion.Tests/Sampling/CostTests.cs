using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class CostTests
{
    [Fact]
    public void The_standard_algorithm_takes_T_times_T_minus_one_over_two_forward_steps() => Gen.Int[1, 60].Sample(T =>
        AssertCost(Sampler.Standard(NoiseSchedule.Cosine(T)), denoiserCalls: T, forwardSteps: T * (T - 1L) / 2), iter: 10, threads: 1);

    [Fact]
    public void Under_a_stride_it_walks_the_chain_of_K_timesteps_only() => Gen.Int[1, 60].Sample(K =>
        AssertCost(Sampler.Standard(NoiseSchedule.Linear(1000), Stride.Uniform(K)), denoiserCalls: K, forwardSteps: K * (K - 1L) / 2), iter: 10, threads: 1);

    [Fact]
    public void The_worked_example_of_three_timesteps_takes_three_forward_steps() =>
        AssertCost(Sampler.Standard(NoiseSchedule.Cosine(3)), denoiserCalls: 3, forwardSteps: 3);

    [Fact]
    public void Every_other_rule_takes_K_denoiser_calls_and_no_forward_step() => Gen.Int[1, 40].Sample(K =>
    {
        var schedule = NoiseSchedule.Linear(1000);
        var stride = Stride.Uniform(K);
        AssertCost(Sampler.ClosedForm(schedule, stride), K, 0);
        AssertCost(Sampler.Strided(schedule, stride, eta: 0.5), K, 0);
        AssertCost(Sampler.Ancestral(schedule, stride), K, 0);
    }, iter: 5, threads: 1);

    [Fact]
    public void A_walk_that_stops_early_has_cost_what_it_took()
    {
        using var scope = NewDisposeScope();
        var counting = new CountingDenoiser(Wavy.Of(PredictionTarget.Noise));
        foreach (SamplingStep step in Sampler.Standard(NoiseSchedule.Cosine(10)).Walk(counting, zeros(6, 2)))
        {
            if (step.Index == 2)
            {
                Assert.Equal((3, 9 + 8 + 7), (step.Cost.DenoiserCalls, step.Cost.ForwardSteps));
                break;
            }
        }

        Assert.Equal((3, 18), (counting.Calls, counting.Samples));
    }

    [Fact]
    public void Costs_add_part_by_part() => Assert.Equal(
        new Cost(5, 7, TimeSpan.FromSeconds(9)),
        new Cost(1, 2, TimeSpan.FromSeconds(3)) + new Cost(4, 5, TimeSpan.FromSeconds(6)));

    private static void AssertCost(Sampler sampler, long denoiserCalls, long forwardSteps)
    {
        using var scope = NewDisposeScope();
        var counting = new CountingDenoiser(Wavy.Of(PredictionTarget.Noise));
        Cost cost = sampler.Run(counting, zeros(2, 2)).Cost;
        Assert.Equal((denoiserCalls, forwardSteps), (cost.DenoiserCalls, cost.ForwardSteps));
        Assert.Equal(denoiserCalls, counting.Calls);
        Assert.Equal(2 * denoiserCalls, counting.Samples);

        Cost walked = default;
        foreach (SamplingStep step in sampler.Walk(counting, zeros(2, 2)))
        {
            Assert.True(step.Cost.Elapsed >= walked.Elapsed);
            walked = step.Cost;
        }

        Assert.Equal((denoiserCalls, forwardSteps), (walked.DenoiserCalls, walked.ForwardSteps));
        Assert.Equal(2 * denoiserCalls, counting.Calls);
    }
}
