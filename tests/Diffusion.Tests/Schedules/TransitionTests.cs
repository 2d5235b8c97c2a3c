using CsCheck;

namespace Diffusion.Tests;

public class TransitionTests
{
    private static readonly Gen<(Transition Transition, double Eta)> Jumps = Gen.Select(
        Examples.Schedule.SelectMany(schedule => Gen.Int[1, schedule.T].SelectMany(t => Gen.Int[0, t - 1].Select(s => schedule.Transition(t, s)))),
        Gen.Double[0, 1]);

    [Fact]
    public void The_squared_coefficients_of_the_sampling_equation_sum_to_one() => Jumps.Sample((jump, eta) =>
    {
        double noiseRate = jump.DirectionFactor(eta);
        Numbers.AssertNear(1, jump.To.AlphaBar + noiseRate * noiseRate + jump.Variance(eta), 1e-14, $"{jump} with η = {eta}");
    });

    [Fact]
    public void The_noise_rate_is_what_alpha_bar_and_sigma_leave() => Jumps.Sample((jump, eta) =>
    {
        double left = 1 - jump.To.AlphaBar - jump.Variance(eta);
        Numbers.AssertNear(left, Math.Pow(jump.DirectionFactor(eta), 2), 1e-14, $"{jump} with η = {eta}");
    });

    [Fact]
    public void The_noise_rate_is_real_on_every_jump() => Jumps.Sample((jump, eta) => Assert.True(jump.DirectionFactor(eta) >= 0));

    [Fact]
    public void A_jump_between_neighbours_has_the_numbers_of_its_timestep()
    {
        foreach (NoiseSchedule schedule in Examples.Schedules)
        {
            for (int t = 1; t <= schedule.T; t++)
            {
                Transition jump = schedule.Transition(t, t - 1);
                Numbers.AssertNear(schedule.Beta(t), jump.Beta, 1e-12, $"{schedule} β at {t}");
                Numbers.AssertNear(schedule.Alpha(t), jump.Alpha, 1e-15, $"{schedule} α at {t}");
                Numbers.AssertNear(schedule.PosteriorVariance(t), jump.PosteriorVariance, 1e-12, $"{schedule} β̃ at {t}");
            }
        }
    }

    [Fact]
    public void Beta_keeps_its_digits_between_two_levels_that_are_almost_clean()
    {
        var jump = new Transition(new(1, 3e-18), new(1, 1e-18));
        Numbers.AssertNear(1, jump.Beta / 2e-18, 1e-15, "β");
    }

    [Theory]
    [InlineData(-0.01)]
    [InlineData(1.01)]
    [InlineData(double.NaN)]
    public void An_eta_outside_zero_to_one_is_refused(double eta)
    {
        Transition jump = NoiseSchedule.Cosine(10).Transition(5, 2);
        string got = FormattableString.Invariant($"{eta}");
        Refused.With("eta", got, "[0, 1]", () => jump.Variance(eta));
        Refused.With("eta", got, "[0, 1]", () => jump.DirectionFactor(eta));
        Refused.With("eta", got, "[0, 1]", () => new SamplingEquationRule(eta));
        Refused.With("eta", got, "[0, 1]", () => Sampler.Strided(NoiseSchedule.Cosine(10), Stride.Full, eta));
    }
}
