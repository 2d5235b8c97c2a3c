using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>Names that the literature keeps apart and the algebra does not.</summary>
public class EquivalenceTests
{
    public static TheoryData<PredictionTarget> Targets { get; } = [PredictionTarget.Noise, PredictionTarget.Sample, PredictionTarget.Velocity];

    [Theory]
    [MemberData(nameof(Targets))]
    public void Standard_and_closed_form_and_ddim_at_eta_zero_are_one_sampler(PredictionTarget target) =>
        Gen.Select(Examples.Strided, Bounds).Sample((given, bound) =>
        {
            using var scope = NewDisposeScope();
            if (StartsAtPureNoise(given, target))
            {
                return;
            }

            Tensor start = Noise.Gaussian([3, 2], 7, ScalarType.Float64);
            AssertSameWalk(
                new Sampler(given.Schedule, given.Stride, new SequentialRule()) { Clipping = bound },
                new Sampler(given.Schedule, given.Stride, new SamplingEquationRule(0)) { Clipping = bound }, Wavy.Of(target), start);
            AssertSameWalk(
                new Sampler(given.Schedule, given.Stride, new ClosedFormRule()) { Clipping = bound },
                new Sampler(given.Schedule, given.Stride, new SamplingEquationRule(0)) { Clipping = bound }, Wavy.Of(target), start);
        }, iter: 40, threads: 1);

    [Theory]
    [MemberData(nameof(Targets))]
    public void Ancestral_with_the_small_variance_is_the_sampling_equation_at_eta_one(PredictionTarget target) =>
        Gen.Select(Examples.Strided, Bounds).Sample((given, bound) =>
        {
            using var scope = NewDisposeScope();
            if (StartsAtPureNoise(given, target))
            {
                return;
            }

            AssertSameWalk(
                new Sampler(given.Schedule, given.Stride, new AncestralRule()) { Clipping = bound },
                new Sampler(given.Schedule, given.Stride, new SamplingEquationRule(1)) { Clipping = bound },
                Wavy.Of(target), Noise.Gaussian([3, 2], 7, ScalarType.Float64));
        }, iter: 60, threads: 1);

    [Fact]
    public void The_full_standard_algorithm_equals_ddim_over_a_whole_schedule_on_the_exact_denoiser()
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        foreach (NoiseSchedule schedule in new[] { NoiseSchedule.Linear(200), NoiseSchedule.Cosine(200), NoiseSchedule.OffsetCosine(200) })
        {
            Tensor start = Noise.Gaussian([5, 2], 3, ScalarType.Float64);
            Tensor expected = Sampler.Strided(schedule, Stride.Full).Run(denoiser, start).Sample;
            Numbers.AssertNear(expected, Sampler.Standard(schedule).Run(denoiser, start).Sample, 1e-10, $"standard, {schedule}");
            Numbers.AssertNear(expected, Sampler.ClosedForm(schedule).Run(denoiser, start).Sample, 0, $"closed, {schedule}");
        }
    }

    [Fact]
    public void Large_and_small_variance_differ_only_in_the_size_of_the_noise()
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.Cosine(100);
        Tensor start = Noise.Gaussian([5, 2], 3, ScalarType.Float64);
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        var stride = Stride.Uniform(4);
        var (smallMean, smallNoise, jump) = FirstStep(ReverseVariance.Small);
        var (largeMean, largeNoise, _) = FirstStep(ReverseVariance.Large);
        Numbers.AssertNear(smallMean, largeMean, 1e-14, "the mean");
        double ratio = Math.Sqrt(jump.From.OneMinusAlphaBar / jump.To.OneMinusAlphaBar);
        Numbers.AssertNear(smallNoise * ratio, largeNoise, 1e-14, "the noise: β/β̃ = (1−ᾱ_t)/(1−ᾱ_s)");

        (Tensor Mean, Tensor Noise, Transition Transition) FirstStep(ReverseVariance variance)
        {
            foreach (SamplingStep step in Sampler.Ancestral(schedule, stride, variance).Walk(denoiser, start, seed: 5))
            {
                return (step.Next - step.RandomTerm, step.RandomTerm.clone(), step.Transition);
            }

            throw new InvalidOperationException("No step was taken.");
        }
    }

    private static Gen<Clipping> Bounds { get; } = Gen.Bool.Select(bounded => bounded ? Clipping.Of(0.4) : Clipping.None);

    /// <summary>An answer of ε says nothing about x0 there; such starts are refused, and tested elsewhere.</summary>
    private static bool StartsAtPureNoise((NoiseSchedule Schedule, Stride Stride) given, PredictionTarget target) =>
        target == PredictionTarget.Noise && given.Schedule.AlphaBar(given.Stride.Timesteps(given.Schedule.T)[^1]) == 0;

    /// <summary>Two walks that see the same noise, equal but for rounding, which grows with the largest x̂0 on the way.</summary>
    private static void AssertSameWalk(Sampler one, Sampler other, IDenoiser denoiser, Tensor start)
    {
        List<Tensor> expected = [], sizes = [];
        foreach (SamplingStep step in other.Walk(denoiser, start, seed: 11))
        {
            expected.Add(step.Next.clone());
            sizes.Add(step.EstimatedSample.abs().max());
        }

        int k = 0;
        double largest = 1;
        foreach (SamplingStep step in one.Walk(denoiser, start, seed: 11))
        {
            largest = Math.Max(largest, sizes[k].item<double>());
            Numbers.AssertNear(expected[k], step.Next, 1e-10, $"{one.Rule.Name}, {one.Schedule}, step {k}", largest);
            k++;
        }

        Assert.Equal(expected.Count, k);
    }
}
