using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>Native memory is not collected in time, so the number of live tensors must not grow with the number of steps.</summary>
public class LiveTensorTests
{
    public static TheoryData<string> Rules { get; } = ["ddim", "stochastic", "ddpm", "standard", "bounded", "heun", "dpm++2m"];

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_walk_holds_the_same_number_of_tensors_at_every_step(string rule)
    {
        long before = Settled();
        using Tensor start = Noise.Gaussian([4, 2], 1);
        var live = new List<long>();
        Sampler sampler = SamplerOf(rule);
        foreach (SamplingStep step in sampler.Walk(Denoiser(), start))
        {
            live.Add(Tensor.TotalCount);
        }

        Assert.Equal(sampler.Timesteps.Count, live.Count);
        Assert.Equal(live[0], live[..^1].Max());
        Assert.True(live[^1] <= live[0]);
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Reading_the_terms_of_every_step_leaves_nothing_behind(string rule)
    {
        long before = Settled();
        using Tensor start = Noise.Gaussian([4, 2], 1);
        var live = new List<long>();
        foreach (SamplingStep step in SamplerOf(rule).Walk(Denoiser(), start))
        {
            Assert.Equal([4, 2], step.EstimatedSample.shape);
            live.Add(Tensor.TotalCount);
        }

        Assert.Equal(live[0], live[..^1].Max());
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_run_holds_no_more_tensors_at_its_last_steps_than_at_its_first(string rule)
    {
        long before = Settled();
        using Tensor start = Noise.Gaussian([4, 2], 1);
        var live = new List<long>();
        IDenoiser inner = Denoiser();
        var watching = new DelegateDenoiser(PredictionTarget.Velocity, (x, level) =>
        {
            live.Add(Tensor.TotalCount);
            return inner.Predict(x, level).Value;
        });
        SamplingResult result = SamplerOf(rule).Run(watching, start);
        Assert.Equal(live.Skip(1).Take(20).Max(), live.Max());
        Assert.Equal(before + 2, Tensor.TotalCount);
        result.Sample.Dispose();
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void A_walk_that_is_left_early_leaves_nothing_behind(string rule)
    {
        long before = Settled();
        using Tensor start = Noise.Gaussian([4, 2], 1);
        foreach (int last in new[] { 0, 1, 5 })
        {
            foreach (SamplingStep step in SamplerOf(rule).Walk(Denoiser(), start))
            {
                _ = step.Terms;
                if (step.Index == last)
                {
                    break;
                }
            }

            Assert.Equal(before + 1, Tensor.TotalCount);
        }
    }

    [Fact]
    public void A_walk_whose_denoiser_fails_leaves_nothing_behind()
    {
        long before = Settled();
        using Tensor start = Noise.Gaussian([4, 2], 1);
        int calls = 0;
        var failing = new DelegateDenoiser(PredictionTarget.Noise, (x, _) =>
            ++calls < 3 ? x * 0.5 : throw new InvalidOperationException("The third call fails."));
        Assert.Throws<InvalidOperationException>(() => SamplerOf("stochastic").Walk(failing, start).Count());
        calls = 0;
        Assert.Throws<InvalidOperationException>(() => SamplerOf("stochastic").Run(failing, start));
        Assert.Equal(before + 1, Tensor.TotalCount);
    }

    [Fact]
    public void A_walk_survives_dispose_scopes_in_and_around_its_loop()
    {
        long before = Settled();
        using (NewDisposeScope())
        {
            Tensor start = Noise.Gaussian([4, 2], 1);
            IEnumerator<SamplingStep> walk = SamplerOf("stochastic").Walk(Denoiser(), start).GetEnumerator();
            using (NewDisposeScope())
            {
                Assert.True(walk.MoveNext());
                _ = walk.Current.Next * 2;
            }

            using (NewDisposeScope())
            {
                Assert.Equal([4, 2], walk.Current.EstimatedNoise.shape);
                Assert.True(walk.MoveNext());
                _ = walk.Current.EstimatedNoise.clone();
            }

            Assert.Equal([4, 2], walk.Current.Next.shape);
            walk.Dispose();
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Forward_walks_hold_the_same_number_of_tensors_at_every_step()
    {
        var forward = new ForwardProcess(NoiseSchedule.Linear(1000));
        long before = Settled();
        using Tensor x0 = ones(4, 2), noise = ones(4, 2);
        foreach (IEnumerable<(int Timestep, Tensor Sample)> walk in new[] { forward.FreshNoise(x0, 1), forward.FixedNoise(x0, noise), forward.Exact(x0, noise) })
        {
            var live = new List<long>();
            foreach (var (t, x) in walk)
            {
                Assert.Equal([4, 2], x.shape);
                live.Add(Tensor.TotalCount);
            }

            Assert.Equal(1000, live.Count);
            Assert.Equal(live[0], live.Max());
            Assert.Equal(before + 2, Tensor.TotalCount);
            foreach (var (t, x) in walk)
            {
                if (t == 3)
                {
                    break;
                }
            }

            Assert.Equal(before + 2, Tensor.TotalCount);
        }
    }

    [Fact]
    public void The_forward_process_leaves_its_answers_only()
    {
        var forward = new ForwardProcess(NoiseSchedule.Linear(1000));
        long before = Settled();
        using Tensor x0 = ones(4, 2), noise = ones(4, 2);
        using Tensor closed = forward.At(x0, 1000, noise), step = forward.Step(x0, 1, noise), sequential = forward.Sequential(x0, 1000, noise);
        Assert.Equal(before + 5, Tensor.TotalCount);
    }

    [Fact]
    public void The_exact_denoiser_and_its_mixture_leave_their_answers_only()
    {
        long before = Settled();
        using Tensor data = ones(3, 1, 2, 2), x = ones(5, 1, 2, 2);
        GaussianMixture mixture = GaussianMixture.Around(data, 0.1);
        Assert.Equal(before + 2, Tensor.TotalCount);
        using Tensor drawn = mixture.Sample(10, 1), density = mixture.LogDensity(drawn);
        Assert.Equal(before + 4, Tensor.TotalCount);
        Prediction prediction = new GaussianMixtureDenoiser(mixture).Predict(x, NoiseLevel.FromAlphaBar(0.5));
        Assert.Equal(before + 6, Tensor.TotalCount);
        prediction.Value.Dispose();
        prediction.Noise!.Dispose();
        Assert.Equal(before + 4, Tensor.TotalCount);
    }

    private static Sampler SamplerOf(string rule) => rule switch
    {
        "ddim" => Sampler.Strided(NoiseSchedule.Linear(1000), Stride.Full),
        "stochastic" => Sampler.Strided(NoiseSchedule.Linear(1000), Stride.Full, eta: 1),
        "ddpm" => Sampler.Ancestral(NoiseSchedule.Linear(1000)),
        "standard" => Sampler.Standard(NoiseSchedule.Linear(1000), Stride.Uniform(60)),
        "heun" or "dpm++2m" => new(NoiseSchedule.Linear(1000), Stride.Full, StepRule.Parse(rule)),
        _ => new(NoiseSchedule.Linear(1000), Stride.Full, new SamplingEquationRule(0.5)) { Clipping = Clipping.Of(1) },
    };

    private static DelegateDenoiser Denoiser() => Wavy.Of(PredictionTarget.Velocity);

    /// <summary>What other tests have left to the collector is gone before the counting starts.</summary>
    private static long Settled()
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return Tensor.TotalCount;
    }
}
