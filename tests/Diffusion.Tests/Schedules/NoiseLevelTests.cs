using CsCheck;

namespace Diffusion.Tests;

public class NoiseLevelTests
{
    [Fact]
    public void Rates_are_the_cosine_and_sine_of_the_angle() => Gen.Double[0, 1].Sample(alphaBar =>
    {
        var level = NoiseLevel.FromAlphaBar(alphaBar);
        Numbers.AssertNear(level.SignalRate, Math.Cos(level.Angle), 1e-15, "√ᾱ");
        Numbers.AssertNear(level.NoiseRate, Math.Sin(level.Angle), 1e-15, "√(1−ᾱ)");
        Numbers.AssertNear(1, level.SignalRate * level.SignalRate + level.NoiseRate * level.NoiseRate, 1e-15, "their squares");
    });

    [Fact]
    public void Log_snr_leads_back_to_itself_at_both_ends() => Gen.Double[-700, 700].Sample(logSnr =>
        Numbers.AssertNear(logSnr, NoiseLevel.FromLogSnr(logSnr).LogSnr, 1e-14, "log-SNR"));

    [Fact]
    public void Both_parts_of_the_variance_keep_their_digits_where_one_is_tiny() => Gen.Double[-600, 600].Sample(logSnr =>
    {
        var level = NoiseLevel.FromLogSnr(logSnr);
        Numbers.AssertNear(1, level.AlphaBar + level.OneMinusAlphaBar, 1e-15, "the sum");
        Numbers.AssertNear(1, level.Snr / Math.Exp(logSnr), 1e-13, "their ratio");
    });

    [Fact]
    public void Infinite_log_snr_is_the_clean_sample_and_pure_noise()
    {
        Assert.Equal(NoiseLevel.Clean, NoiseLevel.FromLogSnr(double.PositiveInfinity));
        Assert.Equal(new NoiseLevel(0, 1), NoiseLevel.FromLogSnr(double.NegativeInfinity));
        Assert.Equal(double.PositiveInfinity, NoiseLevel.Clean.LogSnr);
        Assert.Equal(double.NegativeInfinity, NoiseLevel.FromAlphaBar(0).LogSnr);
        Assert.Equal(0, NoiseLevel.Clean.Angle);
        Assert.Equal(Math.PI / 2, NoiseLevel.FromAlphaBar(0).Angle);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(1.1)]
    [InlineData(double.NaN)]
    public void An_alpha_bar_outside_zero_to_one_is_refused(double alphaBar) =>
        Refused.With("alphaBar", FormattableString.Invariant($"{alphaBar}"), "[0, 1]", () => NoiseLevel.FromAlphaBar(alphaBar));

    [Fact]
    public void A_log_snr_that_is_not_a_number_is_refused() =>
        Refused.With("logSnr", "NaN", "a number", () => NoiseLevel.FromLogSnr(double.NaN));
}
