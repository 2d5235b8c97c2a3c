namespace Diffusion.Tests;

public class NoiseScheduleRefusalTests
{
    [Theory]
    [InlineData(20)]
    [InlineData(1)]
    [InlineData(0)]
    [InlineData(-5)]
    public void Linear_refuses_T_whose_last_beta_would_reach_one(int T) =>
        Refused.With("T", $"{T}", "more than 20 timesteps", () => NoiseSchedule.Linear(T));

    [Fact]
    public void A_T_that_no_memory_holds_is_refused_before_it_is_tried()
    {
        Refused.With("T", "2000000000", "at most 1000000", () => NoiseSchedule.Linear(2_000_000_000));
        Refused.With("T", "2000000000", "at most 1000000", () => NoiseSchedule.Cosine(2_000_000_000));
        Refused.With("T", "2000000000", "at most 1000000", () => NoiseSchedule.OffsetCosine(2_000_000_000));
    }

    [Fact]
    public void No_timestep_is_refused_by_every_factory()
    {
        Refused.With("T", "0", "at least 1 timestep", () => NoiseSchedule.Linear(0, 0.1, 0.2));
        Refused.With("T", "0", "at least 1 timestep", () => NoiseSchedule.Cosine(0));
        Refused.With("T", "-1", "at least 1 timestep", () => NoiseSchedule.OffsetCosine(-1));
        Refused.With("T", "0", "at least 1 timestep", () => NoiseSchedule.FromBetas([]));
        Refused.With("T", "0", "at least 1 timestep", () => NoiseSchedule.FromAlphaBar([]));
    }

    [Theory]
    [InlineData(new[] { 0.1, 0.0, -1.0 }, "β = 0 at t = 2")]
    [InlineData(new[] { 0.1, 0.2, -0.5 }, "β = -0.5 at t = 3")]
    [InlineData(new[] { 1.0, 0.2 }, "β = 1 at t = 1")]
    [InlineData(new[] { 0.1, 1.5 }, "β = 1.5 at t = 2")]
    [InlineData(new[] { double.NaN, 2.0 }, "β = NaN at t = 1")]
    public void A_beta_outside_its_range_is_named_with_the_first_timestep_that_has_one(double[] betas, string got) =>
        Refused.With("beta", got, "(0, 1)", () => NoiseSchedule.FromBetas(betas));

    [Theory]
    [InlineData(0.0, 0.5, "β = 0 at t = 1")]
    [InlineData(0.5, 1.5, "β = 1 at t = 3")]
    [InlineData(0.5, -0.5, "β = 0 at t = 3")]
    [InlineData(0.5, double.NaN, "β = NaN at t = 1")]
    public void Linear_ends_outside_their_range_are_named_with_the_first_timestep_they_spoil(double first, double last, string got) =>
        Refused.With("beta", got, "(0, 1)", () => NoiseSchedule.Linear(5, first, last));

    [Theory]
    [InlineData(new[] { 1.0, 0.5 }, "ᾱ = 1 after 1 at t = 1")]
    [InlineData(new[] { 0.9, 0.9, 0.95 }, "ᾱ = 0.9 after 0.9 at t = 2")]
    [InlineData(new[] { 0.9, 0.5, 0.6, 0.7 }, "ᾱ = 0.6 after 0.5 at t = 3")]
    [InlineData(new[] { 0.9, -0.1 }, "ᾱ = -0.1 after 0.9 at t = 2")]
    [InlineData(new[] { 0.9, double.NaN }, "ᾱ = NaN after 0.9 at t = 2")]
    [InlineData(new[] { 1.5 }, "ᾱ = 1.5 after 1 at t = 1")]
    public void An_alpha_bar_that_does_not_fall_is_named_with_the_first_timestep_that_has_one(double[] alphaBars, string got) =>
        Refused.With("alphaBar", got, "strictly decreasing", () => NoiseSchedule.FromAlphaBar(alphaBars));

    [Fact]
    public void Betas_too_small_for_a_double_to_show_are_named()
    {
        Refused.With("alphaBar", "at t = 1", "strictly decreasing", () => NoiseSchedule.FromBetas([1e-20, 0.1]));
        Refused.With("alphaBar", "ᾱ = 0 after 0 at t = ", "strictly decreasing", () => NoiseSchedule.Linear(2000, 0.9, 0.99));
    }

    [Fact]
    public void An_unknown_name_is_told_the_known_ones() =>
        Refused.With("schedule", "\"quartic\"", "linear, cosine, offset-cosine", () => NoiseSchedule.Parse("quartic", 10));

    [Fact]
    public void Timesteps_outside_the_schedule_are_refused_by_every_reading()
    {
        var schedule = NoiseSchedule.Cosine(10);
        foreach (Func<int, double> read in new Func<int, double>[]
        {
            schedule.Beta, schedule.Alpha, schedule.PosteriorVariance, schedule.PosteriorMeanCoef1, schedule.PosteriorMeanCoef2,
        })
        {
            Refused.With("t", "0", "1..10", () => read(0));
            Refused.With("t", "11", "1..10", () => read(11));
        }

        foreach (Func<int, double> read in new Func<int, double>[] { schedule.AlphaBar, schedule.Snr, schedule.LogSnr })
        {
            Refused.With("t", "-1", "0..10", () => read(-1));
            Refused.With("t", "11", "0..10", () => read(11));
        }
    }

    [Fact]
    public void A_jump_goes_down_inside_the_schedule()
    {
        var schedule = NoiseSchedule.Cosine(10);
        Refused.With("s", "5", "below t = 5", () => schedule.Transition(5, 5));
        Refused.With("s", "-1", "0..10", () => schedule.Transition(5, -1));
        Refused.With("t", "11", "1..10", () => schedule.Transition(11, 3));
    }

    [Fact]
    public void Respacing_refuses_timesteps_that_are_not_a_stride()
    {
        var schedule = NoiseSchedule.Cosine(10);
        Refused.With("stride", "no timestep", "at least one", () => schedule.Respace([]));
        Refused.With("stride", "timestep 3 at place 2", "at least 4", () => schedule.Respace([3, 3]));
        Refused.With("stride", "timestep 11 at place 1", "at most T = 10", () => schedule.Respace([11]));
    }
}
