using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class ForwardProcessTests
{
    [Fact]
    public void The_closed_form_mixes_sample_and_noise_by_the_rates_of_the_level()
    {
        using var scope = NewDisposeScope();
        Tensor x0 = tensor(new[] { 1.0, -2.0 }, [1, 2]), noise = tensor(new[] { 0.5, 3.0 }, [1, 2]);
        foreach (NoiseSchedule schedule in Examples.Schedules)
        {
            var forward = new ForwardProcess(schedule);
            for (int t = 0; t <= schedule.T; t++)
            {
                double a = Math.Sqrt(schedule.AlphaBar(t)), b = Math.Sqrt(1 - schedule.AlphaBar(t));
                double[] x = forward.At(x0, t, noise).Values();
                Assert.Equal(a * 1 + b * 0.5, x[0], 1e-7 * b + 1e-14);
                Assert.Equal(a * -2 + b * 3, x[1], 1e-7 * b + 1e-14);
            }

            Assert.Equal(x0.Values(), forward.At(x0, 0, noise).Values());
        }
    }

    [Fact]
    public void Sequential_F_lands_on_the_closed_form_at_every_timestep_of_every_schedule()
    {
        using var scope = NewDisposeScope();
        foreach (NoiseSchedule schedule in Examples.Schedules)
        {
            foreach (double size in new[] { 1.0, 100.0 })
            {
                var forward = new ForwardProcess(schedule);
                Tensor x0 = Noise.Gaussian([4, 3], 1, ScalarType.Float64) * size, noise = Noise.Gaussian([4, 3], 2, ScalarType.Float64);
                foreach (var (t, x) in forward.Exact(x0, noise))
                {
                    AssertOnClosedForm(forward, x0, t, noise, x, schedule);
                }

                foreach (int t in new[] { 0, 1, schedule.T / 2, schedule.T })
                {
                    AssertOnClosedForm(forward, x0, t, noise, forward.Sequential(x0, t, noise), schedule);
                }
            }
        }
    }

    [Fact]
    public void Sequential_F_lands_on_the_closed_form_for_random_schedules() =>
        Gen.Select(Examples.Strided, Gen.Double[-1000, 1000], Gen.Double[-5, 5]).Sample((given, clean, eps) =>
        {
            using var scope = NewDisposeScope();
            NoiseSchedule chain = given.Schedule.Respace(given.Stride.Timesteps(given.Schedule.T));
            var forward = new ForwardProcess(chain);
            Tensor x0 = tensor(new[] { clean }, [1, 1]), noise = tensor(new[] { eps }, [1, 1]);
            foreach (var (t, x) in forward.Exact(x0, noise))
            {
                AssertOnClosedForm(forward, x0, t, noise, x, chain);
            }
        }, iter: 150, threads: 1);

    [Fact]
    public void Plain_F_with_one_fixed_noise_ends_far_too_noisy()
    {
        // c_i = √α_i·c_{i-1} + √β_i under Linear(1000) of Ho et al. 2020, worked out here from β alone.
        double expected = 0;
        for (int i = 0; i < 1000; i++)
        {
            double beta = 1e-4 + (0.02 - 1e-4) * i / 999;
            expected = Math.Sqrt(1 - beta) * expected + Math.Sqrt(beta);
        }

        Assert.Equal(14.97, expected, 0.005);

        using var scope = NewDisposeScope();
        var forward = new ForwardProcess(NoiseSchedule.Linear(1000));
        Tensor last = empty(0);
        foreach (var (_, x) in forward.FixedNoise(zeros(1, 1, ScalarType.Float64), ones(1, 1, ScalarType.Float64)))
        {
            last = x.clone();
        }

        Numbers.AssertNear(expected, last.item<double>(), 1e-12, "the factor of ε that the walk shows");
        Numbers.AssertNear(expected, forward.FixedNoiseRate(1000), 1e-12, "the factor of ε");
    }

    [Fact]
    public void Plain_F_keeps_the_signal_rate_of_the_closed_form()
    {
        using var scope = NewDisposeScope();
        var schedule = NoiseSchedule.Cosine(50);
        Tensor one = ones(1, 1, ScalarType.Float64), zero = zeros_like(one);
        foreach (var (t, x) in new ForwardProcess(schedule).FixedNoise(one, zero))
        {
            Numbers.AssertNear(schedule.Level(t).SignalRate, x.item<double>(), 1e-14, $"√ᾱ at {t}");
        }
    }

    [Fact]
    public void Fresh_noise_gives_the_forward_process_its_mean_and_variance_at_every_timestep()
    {
        using var scope = NewDisposeScope();
        const int count = 20_000;
        var schedule = NoiseSchedule.Cosine(20);
        foreach (var (t, x) in new ForwardProcess(schedule).FreshNoise(full([count, 1], 2.0, ScalarType.Float64), seed: 3))
        {
            using var inner = NewDisposeScope();
            NoiseLevel level = schedule.Level(t);
            double mean = x.mean().item<double>(), variance = x.var().item<double>();
            Assert.Equal(2 * level.SignalRate, mean, 4 * level.NoiseRate / Math.Sqrt(count));
            Assert.Equal(level.OneMinusAlphaBar, variance, 4 * level.OneMinusAlphaBar * Math.Sqrt(2.0 / count));
        }
    }

    [Fact]
    public void A_step_adds_noise_of_variance_beta()
    {
        using var scope = NewDisposeScope();
        var forward = new ForwardProcess(NoiseSchedule.FromBetas([0.36, 0.19]));
        Tensor x = tensor(new[] { 2.0 }, [1, 1]), noise = tensor(new[] { -1.0 }, [1, 1]);
        Assert.Equal(0.8 * 2 - 0.6, forward.Step(x, 1, noise).item<double>(), 1e-15);
        Assert.Equal(0.9 * 2 - Math.Sqrt(0.19), forward.Step(x, 2, noise).item<double>(), 1e-15);
    }

    [Fact]
    public void Walks_leave_their_inputs_as_they_were()
    {
        using var scope = NewDisposeScope();
        var forward = new ForwardProcess(NoiseSchedule.Cosine(5));
        Tensor x0 = ones(2, 2, ScalarType.Float64), noise = ones(2, 2, ScalarType.Float64);
        _ = forward.At(x0, 5, noise);
        _ = forward.Sequential(x0, 5, noise);
        Assert.Equal(5, forward.FreshNoise(x0, 1).Count());
        Assert.Equal(5, forward.Exact(x0, noise).Count());
        Assert.Equal(5, forward.FixedNoise(x0, noise).Count());
        Assert.Equal([1, 1, 1, 1], x0.Values());
        Assert.Equal([1, 1, 1, 1], noise.Values());
    }

    [Fact]
    public void Noise_of_another_shape_is_refused_where_it_would_be_stretched()
    {
        using var scope = NewDisposeScope();
        var forward = new ForwardProcess(NoiseSchedule.Cosine(5));
        Tensor x0 = ones(4, 2), noise = ones(1, 2);
        Refused.With("noise", "[1, 2]", "[4, 2]", () => forward.At(x0, 3, noise));
        Refused.With("noise", "[1, 2]", "[4, 2]", () => forward.Step(x0, 3, noise));
        Refused.With("noise", "[1, 2]", "[4, 2]", () => forward.Sequential(x0, 3, noise));
        Refused.With("noise", "[1, 2]", "[4, 2]", () => forward.Exact(x0, noise));
        Refused.With("noise", "[1, 2]", "[4, 2]", () => forward.FixedNoise(x0, noise));
    }

    [Fact]
    public void Timesteps_outside_the_schedule_are_refused()
    {
        using var scope = NewDisposeScope();
        var forward = new ForwardProcess(NoiseSchedule.Cosine(5));
        Tensor x = ones(1, 1);
        Refused.With("t", "6", "0..5", () => forward.At(x, 6, x));
        Refused.With("t", "-1", "0..5", () => forward.Sequential(x, -1, x));
        Refused.With("t", "6", "0..5", () => forward.FixedNoiseRate(6));
        Refused.With("t", "0", "1..5", () => forward.Step(x, 0, x));
    }

    private static void AssertOnClosedForm(ForwardProcess forward, Tensor x0, int t, Tensor noise, Tensor x, NoiseSchedule schedule)
    {
        using var scope = NewDisposeScope();
        Numbers.AssertNear(forward.At(x0, t, noise), x, 1e-12, $"{schedule} at {t}", Math.Max(1, x0.LargestMagnitude()));
    }
}
