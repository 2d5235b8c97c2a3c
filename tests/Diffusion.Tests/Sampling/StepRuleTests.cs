using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class StepRuleTests
{
    public static TheoryData<string> Rules { get; } =
        ["ddim", "ddim:0.5", "ddim:1", "ddpm", "ddpm:0.3", "ddpm:large", "closed", "standard", "heun", "dpm++2m"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_rules_name_is_its_text_and_parses_back(string name)
    {
        StepRule rule = StepRule.Parse(name);
        Assert.Equal(name, rule.Name);
        Assert.Equal(name, rule.ToString());
        Assert.Equal(rule, StepRule.Parse(rule.ToString()));
    }

    [Fact]
    public void Rules_with_any_number_parse_back_to_themselves() => Gen.Double[0, 1].Sample(number =>
    {
        Assert.Equal(new SamplingEquationRule(number), StepRule.Parse(new SamplingEquationRule(number).Name));
        Assert.Equal(AncestralRule.Between(number), StepRule.Parse(AncestralRule.Between(number).Name));
    });

    [Fact]
    public void Ends_of_a_range_have_names_of_their_own()
    {
        Assert.Equal(new AncestralRule(), StepRule.Parse("ddpm:0"));
        Assert.Equal(new AncestralRule(), StepRule.Parse("ddpm:small"));
        Assert.Equal(new AncestralRule(ReverseVariance.Large), StepRule.Parse("ddpm:1"));
        Assert.Equal(new SamplingEquationRule(), StepRule.Parse(" ddim:0 "));
    }

    [Theory]
    [InlineData("")]
    [InlineData("DDIM")]
    [InlineData("ddim:")]
    [InlineData("ddim:half")]
    [InlineData("ddim:0.5:1")]
    [InlineData("ddim:0,5")]
    [InlineData("ddpm:huge")]
    [InlineData("heun:2")]
    [InlineData("closed:0")]
    [InlineData("dpm++")]
    public void Other_names_are_refused_in_one_line(string name) =>
        Refused.With("rule", $"\"{name}\"", "ddim, ddim:0.5", () => StepRule.Parse(name));

    [Theory]
    [InlineData("ddim:1.5", "eta", "1.5")]
    [InlineData("ddim:-0.1", "eta", "-0.1")]
    [InlineData("ddim:NaN", "eta", "NaN")]
    [InlineData("ddpm:2", "variance", "2")]
    [InlineData("ddpm:NaN", "variance", "NaN")]
    public void Numbers_outside_0_to_1_are_refused_in_one_line(string name, string field, string got) =>
        Refused.With(field, got, "[0, 1]", () => StepRule.Parse(name));

    [Fact]
    public void No_text_crashes_the_parser() => Gen.String[Gen.Char["dimphenu+2:.0159xNa \n\u0661"], 0, 12].Sample(text =>
    {
        try
        {
            Assert.NotNull(StepRule.Parse(text));
        }
        catch (InvalidInputException)
        {
        }
    });

    [Fact]
    public void Ddim_without_noise_is_Eulers_step_in_sigma() => Gen.Select(Gen.Double[-14, 14], Gen.Double[-14, 14], Gen.Double[-3, 3], Gen.Double[-3, 3])
        .Where((a, b, _, _) => a != b)
        .Sample((a, b, x, x0) =>
        {
            NoiseLevel t = NoiseLevel.FromLogSnr(Math.Min(a, b)), s = NoiseLevel.FromLogSnr(Math.Max(a, b));
            var rule = new SamplingEquationRule();
            Assert.Equal(0, rule.Sigma(new(t, s)));
            using var scope = NewDisposeScope();
            Tensor sample = tensor([x0]), noise = new Prediction(PredictionTarget.Sample, sample).EstimatedNoise(tensor([x]), t);
            double next = SamplingEquation.Scaled(sample, noise, new(t, s), rule.Eta).item<double>();

            // x̄ and σ are up to e⁷ here, and Euler's step is their difference.
            Numbers.AssertNear(PaperAlgorithms.Euler(x, t, s, x0), next, 1e-12, $"{t} → {s}");
        });

    [Theory]
    [MemberData(nameof(Rules))]
    public void For_one_Gaussian_a_rule_follows_its_papers_recursion(string name)
    {
        // E[x0 | x] of N(m, v) is affine in x, and so is every rule, down to the clean sample.
        const double m = 0.7, v = 0.3;
        var denoiser = new GaussianMixtureDenoiser(new([1], [[m]], [Math.Sqrt(v)]));
        NoiseSchedule[] schedules =
        [
            NoiseSchedule.Linear(60),
            NoiseSchedule.OffsetCosine(50).Respace(Stride.Parse("5,2,9").Timesteps(50)),
            NoiseSchedule.Cosine(1000).Respace(Stride.Custom(1, 3, 40, 500, 501, 990).Timesteps(1000)),
            NoiseSchedule.FromAlphaBar([0.3]),
            NoiseSchedule.FromAlphaBar([0.9, 0.2]),
        ];
        foreach (NoiseSchedule schedule in schedules)
        {
            using var scope = NewDisposeScope();
            Tensor start = Noise.Gaussian([7, 1], 3, ScalarType.Float64);
            Tensor[] noise = [.. Enumerable.Range(0, schedule.T).Select(step => Noise.Gaussian([7, 1], 10 + step, ScalarType.Float64))];
            Tensor sampled = new Sampler(schedule, rule: StepRule.Parse(name)).Run(denoiser, start, new RecordedNoise(noise)).Sample;

            NoiseLevel[] levels = [.. Enumerable.Range(0, schedule.T + 1).Select(schedule.Level)];
            double[][] z = [.. noise.Select(Numbers.Values)];
            double[] expected = [.. start.Values().Select((x, row) =>
                PaperAlgorithms.Sample(name, levels, Estimate, x, [.. z.Select(step => step[row])]))];
            Numbers.AssertNear(tensor(expected, [7, 1]), sampled, 1e-10, $"{name} under {schedule}");
        }

        static double Estimate(double x, NoiseLevel level) =>
            m + level.SignalRate * v / (level.AlphaBar * v + level.OneMinusAlphaBar) * (x - level.SignalRate * m);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void One_step_is_the_estimated_sample(string name)
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        Tensor start = Noise.Gaussian([5, 2], 4, ScalarType.Float64);
        foreach (double alphaBar in new[] { 0, 1e-9, 0.5 })
        {
            var sampler = new Sampler(NoiseSchedule.FromAlphaBar([alphaBar]), rule: StepRule.Parse(name));
            Tensor expected = denoiser.Predict(start, NoiseLevel.FromAlphaBar(alphaBar)).Value;
            Numbers.AssertNear(expected, sampler.Run(denoiser, start).Sample, 1e-14, $"{name} from ᾱ = {alphaBar}");
        }
    }

    [Theory]
    [InlineData("heun")]
    [InlineData("dpm++2m")]
    [InlineData("closed")]
    [InlineData("standard")]
    public void The_step_from_pure_noise_is_the_sampling_equations(string name)
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        Tensor start = Noise.Gaussian([5, 2], 4, ScalarType.Float64);
        var schedule = NoiseSchedule.FromAlphaBar([0.9, 0.4, 0.1, 0]);
        Numbers.AssertNear(FirstStep("ddim"), FirstStep(name), 1e-14, name);

        Tensor FirstStep(string rule) => new Sampler(schedule, rule: StepRule.Parse(rule)).Walk(denoiser, start).Select(step => step.Next.clone()).First();
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Walk_and_run_agree_to_the_last_bit_and_the_terms_sum_to_the_step(string name)
    {
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        Gen.Select(Examples.Strided, Gen.Int[0, 1000]).Sample((problem, seed) =>
        {
            using var scope = NewDisposeScope();
            foreach (ScalarType type in new[] { ScalarType.Float64, ScalarType.Float32 })
            {
                Tensor start = Noise.Gaussian([3, 2], seed, type);
                var sampler = new Sampler(problem.Schedule, problem.Stride, StepRule.Parse(name));
                Tensor? walked = null;
                Cost cost = default;
                foreach (SamplingStep step in sampler.Walk(denoiser, start, seed))
                {
                    if (type == ScalarType.Float64)
                    {
                        Numbers.AssertNear(step.Next, step.ScaledPrevious + step.RandomTerm, 1e-9, $"{name} step {step.Index}", Largest(step));
                    }

                    walked = step.Next.clone();
                    cost = step.Cost;
                }

                SamplingResult ran = sampler.Run(denoiser, start, seed);
                Assert.Equal(ran.Sample.Bytes(), walked!.Bytes());
                Assert.Equal((ran.Cost.DenoiserCalls, ran.Cost.ForwardSteps), (cost.DenoiserCalls, cost.ForwardSteps));
            }
        }, iter: 20);

        static double Largest(SamplingStep step) => Math.Max(step.EstimatedSample.LargestMagnitude(), step.EstimatedNoise.LargestMagnitude());
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Any_schedule_and_stride_give_finite_samples(string name) => Gen.Select(Examples.Strided, Mixtures, Gen.Int[0, 1000]).Sample((problem, mixture, seed) =>
    {
        using var scope = NewDisposeScope();
        Tensor start = Noise.Gaussian([4, mixture.Dimensions], seed, ScalarType.Float64);
        var sampler = new Sampler(problem.Schedule, problem.Stride, StepRule.Parse(name));
        Tensor sample = sampler.Run(new GaussianMixtureDenoiser(mixture), start, seed).Sample;
        Assert.All(sample.Values(), value => Assert.True(double.IsFinite(value)));
    }, iter: 40);

    [Theory]
    [MemberData(nameof(Rules))]
    public void The_cost_is_what_the_denoiser_counted(string name)
    {
        Gen.Select(Examples.Strided, Gen.Bool).Sample((problem, encode) =>
        {
            using var scope = NewDisposeScope();
            var counting = new CountingDenoiser(new GaussianMixtureDenoiser(Examples.ThreeModes));
            var sampler = new Sampler(problem.Schedule, problem.Stride, StepRule.Parse(name));
            int steps = sampler.Timesteps.Count;
            NoiseLevel last = problem.Schedule.Level(sampler.Timesteps[^1]);
            Tensor start = Noise.Gaussian([2, 2], 1);
            Cost cost = sampler.Run(counting, start).Cost;
            int secondCalls = steps - 1 - (steps > 1 && last.AlphaBar == 0 ? 1 : 0);
            Assert.Equal(steps + (name == "heun" ? secondCalls : 0), cost.DenoiserCalls);
            Assert.Equal(cost.DenoiserCalls, counting.Calls);
            Assert.Equal(name == "standard" ? steps * (steps - 1) / 2 : 0, cost.ForwardSteps);
        }, iter: 20);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void No_tensor_outlives_a_run_or_a_walk_that_stops_early(string name)
    {
        var denoiser = new GaussianMixtureDenoiser(Examples.ThreeModes);
        var sampler = new Sampler(NoiseSchedule.Cosine(50), Stride.Uniform(10), StepRule.Parse(name));
        using Tensor start = Noise.Gaussian([3, 2], 1);
        Use();
        long before = TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        Use();
        Assert.Equal(before, TorchSharp.DisposeScopeManager.Statistics.ThreadTotalLiveCount);

        void Use()
        {
            sampler.Run(denoiser, start).Sample.Dispose();
            foreach (SamplingStep step in sampler.Walk(denoiser, start))
            {
                _ = step.Terms;
                if (step.Index == 5)
                {
                    break;
                }
            }

            Assert.Throws<InvalidOperationException>(() => sampler.Run(new DelegateDenoiser(PredictionTarget.Sample, Fails), start));
        }

        static Tensor Fails(Tensor x, NoiseLevel level) => level.AlphaBar > 0.5 ? throw new InvalidOperationException("half way") : x * 0.5;
    }

    [Fact]
    public void The_bound_holds_at_both_calls_of_a_Heun_step()
    {
        using var scope = NewDisposeScope();
        Tensor start = Noise.Gaussian([6, 2], 2, ScalarType.Float64);
        var schedule = NoiseSchedule.Cosine(20);
        var wild = new DelegateDenoiser(PredictionTarget.Sample, (x, level) => x * 3);
        var tame = new DelegateDenoiser(PredictionTarget.Sample, (x, level) => (x * 3).clamp(-0.5, 0.5));
        Tensor bounded = new Sampler(schedule, rule: new HeunRule()) { Clipping = Clipping.Of(0.5) }.Run(wild, start).Sample;
        Numbers.AssertNear(new Sampler(schedule, rule: new HeunRule()).Run(tame, start).Sample, bounded, 1e-14, "bounded");
    }

    private static Gen<GaussianMixture> Mixtures { get; } = Gen.Select(Gen.Int[1, 3], Gen.Int[1, 4]).SelectMany((dimensions, count) => Gen.Select(
        Gen.Double[0.1, 1].Array[count], Gen.Double[-3, 3].Array[dimensions].Array[count], Gen.Double[0, 2].Array[count],
        (weights, means, stds) => new GaussianMixture(weights, means, stds)));
}
