using CsCheck;

namespace Diffusion.Tests;

public class NoiseScheduleTests
{
    [Fact]
    public void Alpha_bar_is_the_product_of_the_alphas()
    {
        foreach (NoiseSchedule schedule in Examples.Schedules)
        {
            double product = 1;
            Assert.Equal(1, schedule.AlphaBar(0));
            for (int t = 1; t <= schedule.T; t++)
            {
                product *= schedule.Alpha(t);
                Numbers.AssertNear(1, schedule.Alpha(t) + schedule.Beta(t), 1e-14, $"{schedule} α + β at {t}");
                GoldenClose(product, schedule.AlphaBar(t), $"{schedule} ᾱ at {t}");
            }
        }

        static void GoldenClose(double expected, double actual, string what) =>
            GoldenNumbers.AssertClose(expected, actual, 1e-12, what);
    }

    [Fact]
    public void Alpha_bar_falls_strictly_from_one_to_at_least_zero() => Examples.Schedule.Sample(schedule =>
    {
        for (int t = 1; t <= schedule.T; t++)
        {
            Assert.True(schedule.AlphaBar(t) < schedule.AlphaBar(t - 1) && schedule.AlphaBar(t) >= 0, $"{schedule} at {t}");
        }
    }, iter: 200);

    [Fact]
    public void Posterior_combines_the_two_Gaussians_that_meet_at_the_previous_timestep()
    {
        // q(x_{t-1} | x_t, x_0) ∝ N(x_t; √α·x_{t-1}, β)·N(x_{t-1}; √ᾱ_{t-1}·x_0, 1-ᾱ_{t-1}): precisions add.
        foreach (NoiseSchedule schedule in Examples.Schedules)
        {
            Numbers.AssertNear(0, schedule.PosteriorVariance(1), 0, $"{schedule} β̃ at 1");
            Numbers.AssertNear(1, schedule.PosteriorMeanCoef1(1), 1e-12, $"{schedule} factor of x0 at 1");
            Numbers.AssertNear(0, schedule.PosteriorMeanCoef2(1), 0, $"{schedule} factor of x_t at 1");
            for (int t = 2; t <= schedule.T; t++)
            {
                double alpha = schedule.Alpha(t), beta = schedule.Beta(t);
                double before = schedule.AlphaBar(t - 1), noise = schedule.Level(t - 1).OneMinusAlphaBar;
                double variance = 1 / (alpha / beta + 1 / noise);
                Numbers.AssertNear(1, schedule.PosteriorVariance(t) / variance, 1e-10, $"{schedule} β̃ at {t}");
                Numbers.AssertNear(variance * Math.Sqrt(before) / noise, schedule.PosteriorMeanCoef1(t), 1e-10, $"{schedule} factor of x0 at {t}");
                Numbers.AssertNear(variance * Math.Sqrt(alpha) / beta, schedule.PosteriorMeanCoef2(t), 1e-10, $"{schedule} factor of x_t at {t}");
            }
        }
    }

    [Fact]
    public void Snr_is_the_ratio_of_signal_to_noise_variance_and_log_snr_its_logarithm()
    {
        foreach (NoiseSchedule schedule in Examples.Schedules)
        {
            Assert.Equal(double.PositiveInfinity, schedule.Snr(0));
            Assert.Equal(double.PositiveInfinity, schedule.LogSnr(0));
            for (int t = 1; t <= schedule.T; t++)
            {
                NoiseLevel level = schedule.Level(t);
                Assert.Equal(1, level.AlphaBar + level.OneMinusAlphaBar, 1e-15);
                GoldenNumbers.AssertClose(level.AlphaBar / level.OneMinusAlphaBar, schedule.Snr(t), 1e-15, $"{schedule} SNR at {t}");
                GoldenNumbers.AssertClose(schedule.Snr(t), Math.Exp(schedule.LogSnr(t)), 1e-13, $"{schedule} log-SNR at {t}");
            }
        }
    }

    [Fact]
    public void Linear_betas_rise_evenly_between_their_ends_scaled_to_T() => Gen.Int[21, 2000].Sample(T =>
    {
        var schedule = NoiseSchedule.Linear(T);
        double first = 0.1 / T, last = 20.0 / T;
        Numbers.AssertNear(1, schedule.Beta(1) / first, 1e-13, "first β");
        Numbers.AssertNear(1, schedule.Beta(T) / last, 1e-13, "last β");
        Numbers.AssertNear(1, schedule.Beta((T + 1) / 2) / (first + (last - first) * ((T + 1) / 2 - 1) / (T - 1)), 1e-12, "middle β");
    }, iter: 50);

    [Fact]
    public void Linear_with_its_ends_given_takes_them_as_they_are()
    {
        var schedule = NoiseSchedule.Linear(3, 0.1, 0.3);
        Assert.Equal([0.1, 0.2, 0.3], new[] { 1, 2, 3 }.Select(schedule.Beta), (a, b) => Math.Abs(a - b) < 1e-15);
        Assert.Equal(0.4, NoiseSchedule.Linear(1, 0.4, 0.9).Beta(1));
    }

    [Fact]
    public void Cosine_follows_the_squared_cosine_until_beta_reaches_its_largest()
    {
        // Nichol & Dhariwal 2021, eq. 17: ᾱ_t = f(t)/f(0), f(t) = cos²((t/T + s)/(1 + s)·π/2), s = 0.008.
        var schedule = NoiseSchedule.Cosine(1000);
        double start = Math.Pow(Math.Cos(0.008 / 1.008 * Math.PI / 2), 2);
        for (int t = 1; t < 999; t++)
        {
            double expected = Math.Pow(Math.Cos((t / 1000.0 + 0.008) / 1.008 * Math.PI / 2), 2) / start;
            GoldenNumbers.AssertClose(expected, schedule.AlphaBar(t), 1e-10, $"ᾱ at {t}");
        }

        Assert.Equal(0.999, schedule.Beta(1000));
        Assert.Equal(0.999, Enumerable.Range(1, 1000).Max(schedule.Beta));
    }

    [Fact]
    public void Offset_cosine_runs_evenly_in_angle_between_its_two_rates() => Gen.Int[1, 1000].Sample(T =>
    {
        var schedule = NoiseSchedule.OffsetCosine(T);
        double a = Math.Acos(0.95), b = Math.Acos(0.02);
        for (int t = 1; t <= T; t++)
        {
            double angle = a + (double)t / T * (b - a);
            GoldenNumbers.AssertClose(Math.Pow(Math.Cos(angle), 2), schedule.AlphaBar(t), 1e-12, $"ᾱ at {t} of {T}");
            Numbers.AssertNear(angle, schedule.Level(t).Angle, 1e-14, $"angle at {t} of {T}");
        }

        Numbers.AssertNear(0.02, schedule.Level(T).SignalRate, 1e-15, "the last signal rate");
    }, iter: 30);

    [Fact]
    public void Betas_and_alpha_bars_describe_the_same_schedule() => Examples.Schedule.Sample(schedule =>
    {
        int[] timesteps = [.. Enumerable.Range(1, schedule.T)];
        var again = NoiseSchedule.FromAlphaBar(timesteps.Select(schedule.AlphaBar));
        foreach (int t in timesteps)
        {
            Numbers.AssertNear(schedule.Beta(t), again.Beta(t), 1e-12, $"{schedule} β at {t}");
        }
    }, iter: 100);

    [Fact]
    public void Respacing_keeps_the_levels_of_the_timesteps_it_visits() => Examples.Strided.Sample(given =>
    {
        IReadOnlyList<int> timesteps = given.Stride.Timesteps(given.Schedule.T);
        NoiseSchedule chain = given.Schedule.Respace(timesteps);
        Assert.Equal(timesteps.Count, chain.T);
        Assert.Equal(NoiseLevel.Clean, chain.Level(0));
        for (int k = 1; k <= chain.T; k++)
        {
            Assert.Equal(given.Schedule.Level(timesteps[k - 1]), chain.Level(k));
            Numbers.AssertNear(chain.AlphaBar(k), chain.AlphaBar(k - 1) * (1 - chain.Beta(k)), 1e-14, $"ᾱ at {k}");
        }
    }, iter: 200);

    [Fact]
    public void Parse_reads_every_name_it_lists()
    {
        foreach (string name in NoiseSchedule.Names)
        {
            Assert.Equal(name, NoiseSchedule.Parse(name, 50).Name);
            Assert.Equal(50, NoiseSchedule.Parse(name, 50).T);
        }
    }

    [Theory]
    [InlineData("linear:0.001:0.5")]
    [InlineData("linear:0.001,0.5")]
    [InlineData("linear:1e-3:0.5-zero-snr")]
    public void Parse_reads_the_range_of_a_linear_schedule(string name)
    {
        var plain = NoiseSchedule.Linear(10, 0.001, 0.5);
        NoiseSchedule expected = name.EndsWith("-zero-snr", StringComparison.Ordinal) ? plain.WithZeroTerminalSnr() : plain;
        var parsed = NoiseSchedule.Parse(name, 10);
        Assert.Equal(Enumerable.Range(1, 10).Select(expected.Beta), Enumerable.Range(1, 10).Select(parsed.Beta));
        Assert.Equal(parsed.Name, NoiseSchedule.Parse(parsed.Name, 10).Name);
    }

    [Theory]
    [InlineData("linear:", "schedule")]
    [InlineData("linear:0.1", "schedule")]
    [InlineData("linear:0.1:b", "schedule")]
    [InlineData("cosine:0.1:0.2", "schedule")]
    [InlineData("linear-zero-snr-zero-snr", "schedule")]
    [InlineData("linear:0:0.1", "beta")]
    [InlineData("linear:0.1:1.1", "beta")]
    [InlineData("linear:nan:0.1", "beta")]
    public void Parse_refuses_a_range_that_is_none(string name, string field) =>
        Refused.With(field, "", "", () => NoiseSchedule.Parse(name, 10));
}
