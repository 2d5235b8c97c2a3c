using CsCheck;

namespace Diffusion.Tests;

/// <summary>The strides of the field, each against its definition.</summary>
public class FieldStrideTests
{
    private static readonly string[] Counted = ["uniform", "quadratic", "trailing", "leading", "linspace", "logsnr", "karras"];

    private static readonly Gen<(NoiseSchedule Schedule, int K)> Cases = AnyOf([.. NoiseSchedule.Names, "cosine-zero-snr"])
        .SelectMany(name => Gen.Int[21, 400].SelectMany(T => Gen.Int[1, T].Select(K => (NoiseSchedule.Parse(name, T), K))));

    private static Gen<string> AnyOf(string[] names) => Gen.Int[0, names.Length - 1].Select(i => names[i]);

    [Fact]
    public void Every_counted_stride_visits_exactly_K_timesteps_under_every_schedule() => Gen.Select(Cases, AnyOf(Counted)).Sample((it, name) =>
    {
        var timesteps = Stride.Parse($"{name}{it.K}").Timesteps(it.Schedule);
        Assert.Equal(it.K, timesteps.Count);
        Stride.Validate(timesteps, it.Schedule.T);
    });

    [Fact]
    public void Strides_that_start_at_T_do_and_leading_does_not() => Cases.Sample(it =>
    {
        int T = it.Schedule.T;
        foreach (string name in Counted.Except(["leading", "linspace"]))
        {
            Assert.Equal(T, Stride.Parse($"{name}{it.K}").Timesteps(it.Schedule)[^1]);
        }

        Assert.Equal(it.K == 1 ? 1 : T, Stride.Linspace(it.K).Timesteps(T)[^1]);
        Assert.Equal(it.K == T, Stride.Leading(it.K).Timesteps(T)[^1] == T);
    });

    [Fact]
    public void Trailing_jumps_are_equal_to_within_one_timestep() => Gen.Int[1, 2000].SelectMany(T => Gen.Int[1, T].Select(K => (T, K))).Sample((T, K) =>
    {
        int[] stops = [0, .. Stride.Trailing(K).Timesteps(T)];
        int[] jumps = [.. stops.Zip(stops.Skip(1), (s, t) => t - s)];
        Assert.InRange(jumps.Max() - jumps.Min(), 0, 2);
        Assert.Equal(T, stops[^1]);
    });

    [Theory]
    [InlineData("trailing5", new[] { 200, 400, 600, 800, 1000 })]
    [InlineData("leading5", new[] { 1, 201, 401, 601, 801 })]
    [InlineData("linspace5", new[] { 1, 251, 501, 750, 1000 })]
    [InlineData("quadratic5", new[] { 40, 160, 360, 640, 1000 })]
    [InlineData("0-200:5,200-600:2,900-1000:1", new[] { 1, 51, 101, 150, 200, 201, 600, 901 })]
    public void A_stride_of_1000_is_the_one_of_its_definition(string text, int[] timesteps) =>
        Assert.Equal(timesteps, Stride.Parse(text).Timesteps(1000));

    [Fact]
    public void Even_in_log_snr_is_even_to_within_a_timestep() => AnyOf(["linear", "log-linear"]).SelectMany(name => Gen.Int[2, 25].Select(K => (name, K))).Sample((name, K) =>
    {
        var schedule = NoiseSchedule.Parse(name, 4000);
        var timesteps = Stride.LogSnr(K).Timesteps(schedule);
        double high = schedule.LogSnr(1), low = schedule.LogSnr(4000);
        for (int k = 0; k < K; k++)
        {
            double target = high + (low - high) * k / (K - 1);
            int t = timesteps[k];
            bool between = (t == 1 || schedule.LogSnr(t - 1) >= target) && (t == 4000 || schedule.LogSnr(t + 1) <= target);
            Assert.True(between, $"{name}{K}: timestep {t} for log-SNR {target}");
        }
    });

    [Fact]
    public void Karras_follows_its_ramp_and_rho_1_is_even_in_sigma()
    {
        var schedule = NoiseSchedule.LogLinear(4000, 0.02, 10);
        foreach (double rho in new[] { 1.0, 3, 7 })
        {
            var timesteps = Stride.Karras(12, rho).Timesteps(schedule);
            for (int k = 0; k < 12; k++)
            {
                double target = Math.Pow(Math.Pow(0.02, 1 / rho) + k / 11.0 * (Math.Pow(10, 1 / rho) - Math.Pow(0.02, 1 / rho)), rho);

                // A timestep is log(10/0.02)/3999 = 0.16 % of σ, so the nearest is at most half of that away.
                Numbers.AssertNear(Math.Log(target), -schedule.LogSnr(timesteps[k]) / 2, 0.0008, $"ρ = {rho}, k = {k}");
            }
        }
    }

    [Fact]
    public void Every_text_reads_back() => Gen.OneOf(
        Gen.Select(AnyOf(Counted), Gen.Int[1, 1000]).Select((name, K) => $"{name}{K}"),
        Gen.Select(Gen.Int[1, 100], Gen.Double[1, 12]).Select((K, rho) => Stride.Karras(K, rho).ToString()),
        Gen.Select(Gen.Int[0, 100], Gen.Int[101, 500], Gen.Int[1, 20], Gen.Int[501, 900], Gen.Int[1, 20]).Select((a, b, n, c, m) => $"{a}-{b}:{n},{b}-{c}:{m}"))
        .Sample(text =>
        {
            Stride stride = Stride.Parse(text);
            Assert.Equal(text, stride.ToString());
            Assert.Equal(stride, Stride.Parse(stride.ToString()));
        });

    [Fact]
    public void What_depends_on_noise_levels_asks_for_a_schedule()
    {
        Refused.With("stride", "\"logsnr5\" with T = 10 alone", "a schedule", () => Stride.LogSnr(5).Timesteps(10));
        Refused.With("stride", "\"karras5:3\"", "a schedule", () => Stride.Karras(5, 3).Timesteps(10));
    }

    [Fact]
    public void Impossible_strides_are_refused_in_one_line()
    {
        var schedule = NoiseSchedule.Cosine(10);
        foreach (string name in Counted)
        {
            Refused.With("stride", $"\"{name}11\"", "T = 10", () => Stride.Parse($"{name}11").Timesteps(schedule));
        }

        Refused.With("stride", "ρ = 0.5", "at least 1", () => Stride.Karras(5, 0.5));
        Refused.With("stride", "no section", "at least one", () => Stride.Uneven());
        Refused.With("stride", "section 5-20", "T = 10", () => Stride.Parse("5-20:2").Timesteps(10));
        Refused.With("stride", "section 0-5", "from 5 on", () => Stride.Parse("0-5:2,0-5:2").Timesteps(10));
        Refused.With("stride", "9 timesteps in section 0-5", "1 to 5", () => Stride.Parse("0-5:9").Timesteps(10));
        Refused.With("stride", "0 timesteps in section 0-5", "1 to 5", () => Stride.Parse("0-5:0").Timesteps(10));
    }

    [Fact]
    public void No_text_makes_the_parser_fail_otherwise_than_by_refusing() =>
        Gen.String[Gen.Char["uniformddimkarrascustom:logsnr0123456789,-:. full\n∞"], 0, 30].Sample(text =>
        {
            try
            {
                _ = Stride.Parse(text).ToString();
            }
            catch (InvalidInputException refusal)
            {
                Assert.DoesNotContain('\n', refusal.Message);
            }
        }, iter: 5000);
}
