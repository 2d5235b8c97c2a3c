namespace Diffusion.Tests;

/// <summary>The schedules of the field, each against its paper's formula.</summary>
public class FieldScheduleTests
{
    [Theory]
    [InlineData("scaled-linear", 0.00085, 0.012)]
    [InlineData("quadratic", 0.0001, 0.02)]
    public void The_root_of_beta_rises_evenly_between_its_ends(string name, double first, double last)
    {
        foreach (int T in new[] { 21, 1000, 4000 })
        {
            var schedule = NoiseSchedule.Parse(name, T);
            double start = Math.Sqrt(1000.0 / T * first), end = Math.Sqrt(1000.0 / T * last);
            for (int t = 1; t <= T; t++)
            {
                Numbers.AssertNear(start + (end - start) * (t - 1) / (T - 1), Math.Sqrt(schedule.Beta(t)), 1e-14, $"√β at {t}");
            }
        }
    }

    [Fact]
    public void Sigmoid_is_a_logistic_curve_scaled_to_its_ends()
    {
        // 1 − ᾱ(u) = (tanh((6u−3)/2) − tanh(−3/2))/(2·tanh(3/2)), since a logistic is (1 + tanh(x/2))/2.
        var schedule = NoiseSchedule.Sigmoid(1000);
        for (int t = 1; t < 1000; t++)
        {
            double u = t / 1000.0, noise = (Math.Tanh(3 * u - 1.5) + Math.Tanh(1.5)) / (2 * Math.Tanh(1.5));
            Numbers.AssertNear(1 - noise, schedule.AlphaBar(t), 1e-14, $"ᾱ at {t}");
        }

        Assert.Equal(1e-9, schedule.AlphaBar(1000));
    }

    [Fact]
    public void Log_linear_has_an_even_log_snr_between_its_sigmas()
    {
        var schedule = NoiseSchedule.LogLinear(500, 0.01, 20);
        Numbers.AssertNear(-2 * Math.Log(0.01), schedule.LogSnr(1), 1e-12, "first");
        Numbers.AssertNear(-2 * Math.Log(20), schedule.LogSnr(500), 1e-12, "last");
        double step = schedule.LogSnr(1) - schedule.LogSnr(2);
        for (int t = 2; t <= 500; t++)
        {
            Numbers.AssertNear(step, schedule.LogSnr(t - 1) - schedule.LogSnr(t), 1e-10, $"step to {t}");
        }
    }

    [Fact]
    public void A_function_of_u_is_read_at_t_over_T()
    {
        var schedule = NoiseSchedule.FromAlphaBar(4, u => 1 - u * u, "parabola");
        Assert.Equal([15.0 / 16, 3.0 / 4, 7.0 / 16, 0], Enumerable.Range(1, 4).Select(schedule.AlphaBar));
        Assert.Equal("parabola", schedule.Name);
        Refused.With("alphaBar", "t = 1", "below 1", () => NoiseSchedule.FromAlphaBar(4, u => 2 - u));
    }

    [Fact]
    public void A_drawn_schedule_goes_through_its_values_and_straight_between_them()
    {
        var schedule = NoiseSchedule.Parse("logsnr:9, 2.5,-9", 1000);

        Assert.Equal("logsnr:9,2.5,-9", schedule.Name);
        Assert.Equal([5.75, 2.5, -3.25, -9], new[] { 250, 500, 750, 1000 }.Select(t => Math.Round(schedule.LogSnr(t), 12)));
        var again = NoiseSchedule.Parse(schedule.Name, 1000);
        Assert.Equal(Enumerable.Range(0, 1001).Select(schedule.AlphaBar), Enumerable.Range(0, 1001).Select(again.AlphaBar));
    }

    [Theory]
    [InlineData("logsnr:")]
    [InlineData("logsnr:9")]
    [InlineData("logsnr:9,nine,-9")]
    [InlineData("logsnr:9,9,-9")]
    [InlineData("logsnr:-9,9")]
    [InlineData("logsnr:Infinity,0")]
    public void A_drawn_schedule_that_does_not_fall_is_refused_in_one_line(string name) =>
        Refused.With("schedule", "logsnr:", "each below the one before", () => NoiseSchedule.Parse(name, 1000));

    [Fact]
    public void Zero_terminal_snr_moves_the_signal_rate_evenly_and_keeps_its_first()
    {
        foreach (string name in NoiseSchedule.Names)
        {
            NoiseSchedule before = NoiseSchedule.Parse(name, 1000), after = NoiseSchedule.Parse(name + "-zero-snr", 1000);
            Assert.Equal(before.AlphaBar(1), after.AlphaBar(1));
            Assert.Equal(0, after.AlphaBar(1000));
            Assert.Equal(1, after.Beta(1000));
            double low = before.Level(1000).SignalRate, high = before.Level(1).SignalRate;
            for (int t = 2; t < 1000; t++)
            {
                // Where √ᾱ lay between its ends, it still lies, as a part of the way.
                Numbers.AssertNear((before.Level(t).SignalRate - low) / (high - low), after.Level(t).SignalRate / high, 1e-12, $"{name} at {t}");
                Numbers.AssertNear(1, after.Level(t).AlphaBar + after.Level(t).OneMinusAlphaBar, 1e-15, $"{name} at {t}");
            }
        }
    }

    [Fact]
    public void A_schedule_that_is_too_short_is_refused_in_one_line()
    {
        Refused.With("T", "12", "more than 12", () => NoiseSchedule.ScaledLinear(12));
        Refused.With("T", "20", "more than 20", () => NoiseSchedule.Quadratic(20));
        Refused.With("T", "0", "at least 1", () => NoiseSchedule.Sigmoid(0));
        Refused.With("T", "0", "at least 1", () => NoiseSchedule.LogLinear(0));
        Refused.With("T", "1", "at least 2", () => NoiseSchedule.Cosine(1).WithZeroTerminalSnr());
        Refused.With("sigma", "3 to 2", "sigmaMin", () => NoiseSchedule.LogLinear(10, 3, 2));
        Refused.With("schedule", "\"-zero-snr\"", "linear", () => NoiseSchedule.Parse("-zero-snr", 100));
    }
}
