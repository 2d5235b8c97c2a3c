using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>The fast path, the lazy walk and the terms by name are three readings of one equation.</summary>
public class ExplainedStepTests
{
    private static readonly string[] Rules = ["ddim 0", "ddim 0.3", "ddim 1", "ddpm small", "ddpm large", "standard", "closed"];

    public static TheoryData<PredictionTarget, string, double?> Cases { get; } = AllCases(Rules);

    /// <summary>Those whose σ is σ(η) for some η.</summary>
    public static TheoryData<PredictionTarget, string, double?> CasesOfEta { get; } = AllCases(Rules.Where(rule => rule != "ddpm large"));

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_fast_path_ends_at_the_very_numbers_of_the_walk(PredictionTarget target, string rule, double? bound)
    {
        using var scope = NewDisposeScope();
        foreach (Sampler sampler in Samplers(rule, bound))
        {
            foreach (ScalarType type in new[] { ScalarType.Float64, ScalarType.Float32 })
            {
                Tensor start = Noise.Gaussian([3, 4], 5, type);
                Tensor? last = null;
                foreach (SamplingStep step in sampler.Walk(Wavy.Of(target), start, seed: 9))
                {
                    last = step.Next.clone();
                }

                SamplingResult result = sampler.Run(Wavy.Of(target), start, seed: 9);
                Assert.Equal(last!.Bytes(), result.Sample.Bytes());
            }
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_terms_sum_to_the_step_that_was_taken(PredictionTarget target, string rule, double? bound)
    {
        using var scope = NewDisposeScope();
        foreach (Sampler sampler in Samplers(rule, bound))
        {
            Tensor start = Noise.Gaussian([3, 4], 5, ScalarType.Float64);
            foreach (SamplingStep step in sampler.Walk(Wavy.Of(target), start, seed: 9))
            {
                using var inner = NewDisposeScope();
                string where = $"{rule}, {sampler.Schedule}, t = {step.Timestep}";
                double size = Math.Max(1, step.EstimatedSample.LargestMagnitude());
                Numbers.AssertNear(step.Next, step.Terms.Next, 1e-12, $"next, {where}", size);
                Numbers.AssertNear(step.ScaledPrevious + step.RandomTerm, step.Terms.Next, 0, $"the sum, {where}");
                Numbers.AssertNear(step.EstimatedSample + step.EstimatedNoise, step.EstimatedPrevious, 0, $"x̂0 + ε̂, {where}");
                NoiseLevel from = step.Transition.From;
                Numbers.AssertNear(step.Noisy, step.EstimatedSample * from.SignalRate + step.EstimatedNoise * from.NoiseRate, 1e-12,
                    $"x = √ᾱ·x̂0 + √(1−ᾱ)·ε̂, {where}");
                if (bound is { } limit)
                {
                    Assert.True(step.EstimatedSample.LargestMagnitude() <= limit, $"the bound, {where}");
                }
            }
        }
    }

    [Theory]
    [MemberData(nameof(CasesOfEta))]
    public void The_equation_on_its_own_gives_the_terms_of_the_walk(PredictionTarget target, string rule, double? bound)
    {
        using var scope = NewDisposeScope();
        foreach (Sampler sampler in Samplers(rule, bound))
        {
            Tensor[] noises = [.. Enumerable.Range(0, sampler.Timesteps.Count).Select(i => Noise.Gaussian([3, 4], 100 + i, ScalarType.Float64))];
            IDenoiser denoiser = Wavy.Of(target);
            foreach (SamplingStep step in sampler.Walk(denoiser, Noise.Gaussian([3, 4], 5, ScalarType.Float64), new RecordedNoise(noises)))
            {
                using var inner = NewDisposeScope();
                Prediction prediction = denoiser.Predict(step.Noisy, step.Transition.From);
                double eta = rule switch { "ddim 0.3" => 0.3, "ddim 1" or "ddpm small" => 1, _ => 0 };
                using SamplingTerms terms = SamplingEquation.Terms(step.Noisy, prediction, step.Transition, eta, noises[step.Index], bound);
                string where = $"{rule}, {sampler.Schedule}, t = {step.Timestep}";
                double size = Math.Max(1, step.EstimatedSample.LargestMagnitude());
                Numbers.AssertNear(terms.EstimatedNoise, step.EstimatedNoise, 1e-12, $"ε̂, {where}");
                Numbers.AssertNear(terms.EstimatedSample, step.EstimatedSample, 1e-12, $"x̂0, {where}");
                Numbers.AssertNear(terms.ScaledPrevious, step.ScaledPrevious, 1e-12, $"scaled, {where}", size);
                Numbers.AssertNear(terms.RandomTerm, step.RandomTerm, 1e-12, $"random, {where}");
                Numbers.AssertNear(terms.Next, step.Next, 1e-12, $"next, {where}", size);
            }
        }
    }

    [Fact]
    public void The_last_step_of_every_rule_goes_to_the_estimated_sample_without_noise()
    {
        using var scope = NewDisposeScope();
        foreach (string rule in Rules)
        {
            foreach (Sampler sampler in Samplers(rule, bound: null))
            {
                foreach (SamplingStep step in sampler.Walk(Wavy.Of(PredictionTarget.Noise), Noise.Gaussian([3, 4], 5, ScalarType.Float64)))
                {
                    if (step.PreviousTimestep == 0)
                    {
                        Numbers.AssertNear(step.EstimatedSample, step.Next, 1e-12, rule);
                        Assert.Equal(0, step.RandomTerm.LargestMagnitude());
                    }
                }
            }
        }
    }

    [Fact]
    public void Steps_go_down_the_stride_and_each_starts_where_the_one_before_ended()
    {
        using var scope = NewDisposeScope();
        var sampler = Sampler.Strided(NoiseSchedule.Cosine(100), Stride.Custom(3, 50, 97), eta: 1);
        Tensor start = Noise.Gaussian([3, 4], 5, ScalarType.Float64);
        Tensor x = start.clone();
        List<(int, int, int)> visited = [];
        foreach (SamplingStep step in sampler.Walk(Wavy.Of(PredictionTarget.Noise), start))
        {
            visited.Add((step.Index, step.Timestep, step.PreviousTimestep));
            Assert.Equal(sampler.Schedule.Transition(step.Timestep, step.PreviousTimestep), step.Transition);
            Assert.Equal(x.Bytes(), step.Noisy.Bytes());
            x = step.Next.clone();
        }

        Assert.Equal([(0, 97, 50), (1, 50, 3), (2, 3, 0)], visited);
    }

    [Fact]
    public void Sampling_leaves_the_start_as_it_was()
    {
        using var scope = NewDisposeScope();
        Tensor start = Noise.Gaussian([3, 4], 5, ScalarType.Float64);
        byte[] before = start.Bytes();
        var sampler = Sampler.Strided(NoiseSchedule.Cosine(100), Stride.Uniform(5), eta: 1);
        _ = sampler.Run(Wavy.Of(PredictionTarget.Noise), start);
        foreach (SamplingStep _ in sampler.Walk(Wavy.Of(PredictionTarget.Noise), start))
        {
        }

        Assert.Equal(before, start.Bytes());
    }

    private static TheoryData<PredictionTarget, string, double?> AllCases(IEnumerable<string> rules)
    {
        var cases = new TheoryData<PredictionTarget, string, double?>();
        foreach (PredictionTarget target in Enum.GetValues<PredictionTarget>())
        {
            foreach (string rule in rules)
            {
                cases.Add(target, rule, null);
                cases.Add(target, rule, 0.7);
            }
        }

        return cases;
    }

    private static IEnumerable<Sampler> Samplers(string name, double? bound)
    {
        StepRule rule = name switch
        {
            "ddim 0" => new SamplingEquationRule(0),
            "ddim 0.3" => new SamplingEquationRule(0.3),
            "ddim 1" => new SamplingEquationRule(1),
            "ddpm small" => new AncestralRule(ReverseVariance.Small),
            "ddpm large" => new AncestralRule(ReverseVariance.Large),
            "standard" => new SequentialRule(),
            _ => new ClosedFormRule(),
        };
        Clipping limit = bound is { } given ? Clipping.Of(given) : Clipping.None;
        return new[]
        {
            (NoiseSchedule.Linear(1000), Stride.Uniform(6)),
            (NoiseSchedule.Cosine(1000), Stride.Sections(2, 3, 4)),
            (NoiseSchedule.OffsetCosine(8), Stride.Full),
            (NoiseSchedule.Cosine(10), Stride.Uniform(1)),
        }.Select(pair => new Sampler(pair.Item1, pair.Item2, rule) { Clipping = limit });
    }
}
