using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>
/// For data N(m, s²) and the exact denoiser every step is affine in x and in the noise, so a whole run is
/// a·x + b + Σ c_k·z_k, and the mean and variance of its output follow from a recursion of scalars.
/// </summary>
public class SingleGaussianTests
{
    private static readonly string[] Names = ["ddim", "ddpm small", "ddpm large", "standard", "closed"];
    private static readonly Gen<string> Methods = Gen.Int[0, 4].Select(i => Names[i]);

    [Fact]
    public void The_outputs_mean_and_variance_follow_the_scalar_recursion() =>
        Gen.Select(Examples.Strided, Methods, Gen.Double[0, 1], Gen.Double[-3, 3], Gen.Double[0, 3]).Sample((given, method, eta, mean, std) =>
        {
            var (schedule, stride) = given;
            NoiseLevel top = schedule.Level(stride.Timesteps(schedule.T)[^1]);
            double startMean = top.SignalRate * mean + 0.3, startVariance = 1.7;
            var (expectedMean, expectedVariance) = Recursion(schedule, stride.Timesteps(schedule.T), method, eta, mean, std, startMean, startVariance);
            var (a, b, c) = AffineMap(new Sampler(schedule, stride, Rule(method, eta)), mean, std);
            string what = FormattableString.Invariant($"{schedule}, {stride}, {method}, η = {eta}, N({mean}, {std}²)");
            Numbers.AssertNear(expectedMean, a * startMean + b, 1e-10, "mean, " + what);
            Numbers.AssertNear(expectedVariance, a * a * startVariance + c.Sum(x => x * x), 1e-10, "variance, " + what);
        }, iter: 400, threads: 1);

    [Theory]
    [InlineData("ddim", 0.0)]
    [InlineData("ddim", 0.5)]
    [InlineData("ddim", 1.0)]
    [InlineData("ddpm small", 0.0)]
    [InlineData("ddpm large", 0.0)]
    [InlineData("standard", 0.0)]
    public void The_recursion_holds_over_a_full_schedule_too(string method, double eta)
    {
        foreach (NoiseSchedule schedule in new[] { NoiseSchedule.Linear(150), NoiseSchedule.Cosine(150) })
        {
            IReadOnlyList<int> timesteps = Stride.Full.Timesteps(schedule.T);
            var (expectedMean, expectedVariance) = Recursion(schedule, timesteps, method, eta, 0.5, 0.3, 0.1, 1);
            var (a, b, c) = AffineMap(new Sampler(schedule, Stride.Full, Rule(method, eta)), 0.5, 0.3);
            Numbers.AssertNear(expectedMean, a * 0.1 + b, 1e-10, $"mean, {schedule}");
            Numbers.AssertNear(expectedVariance, a * a + c.Sum(x => x * x), 1e-10, $"variance, {schedule}");
        }
    }

    [Fact]
    public void A_step_at_eta_zero_keeps_the_squared_cosine_of_its_angle_of_unit_data() => Examples.Strided.Sample(given =>
    {
        using var scope = NewDisposeScope();
        var denoiser = new GaussianMixtureDenoiser(new([1], [[0.0]], [1]));
        foreach (SamplingStep step in Sampler.Strided(given.Schedule, given.Stride).Walk(denoiser, ones(1, 1, ScalarType.Float64)))
        {
            double kept = Math.Cos(step.Transition.To.Angle - step.Transition.From.Angle);
            Numbers.AssertNear(kept * step.Noisy.item<double>(), step.Next.item<double>(), 1e-14, $"{given.Schedule} from {step.Timestep}");
        }
    }, iter: 100, threads: 1);

    [Fact]
    public void Ancestral_with_the_large_variance_is_exact_for_unit_data_at_any_stride() => Examples.Strided.Sample(given =>
    {
        // Data N(0, 1): every q(x_t) is N(0, 1), and the true reverse step is N(√α·x_t, β).
        var (a, b, c) = AffineMap(Sampler.Ancestral(given.Schedule, given.Stride, ReverseVariance.Large), mean: 0, std: 1, lastStep: false);
        Numbers.AssertNear(0, b, 1e-14, "mean at τ_1");
        Numbers.AssertNear(1, a * a + c.Sum(x => x * x), 1e-12, "variance at τ_1");
    }, iter: 100, threads: 1);

    [Fact]
    public void Every_eta_and_stride_is_exact_for_data_at_one_point() =>
        Gen.Select(Examples.Strided, Gen.Double[0, 1]).Sample((given, eta) =>
        {
            IReadOnlyList<int> timesteps = given.Stride.Timesteps(given.Schedule.T);
            NoiseLevel top = given.Schedule.Level(timesteps[^1]), bottom = given.Schedule.Level(timesteps[0]);
            var (a, b, c) = AffineMap(Sampler.Strided(given.Schedule, given.Stride, eta), mean: 2, std: 0, lastStep: false);
            Numbers.AssertNear(2 * bottom.SignalRate, a * 2 * top.SignalRate + b, 1e-12, "mean at τ_1");
            Numbers.AssertNear(bottom.OneMinusAlphaBar, a * a * top.OneMinusAlphaBar + c.Sum(x => x * x), 1e-12, "variance at τ_1");
        }, iter: 100, threads: 1);

    private static StepRule Rule(string method, double eta) => method switch
    {
        "ddim" => new SamplingEquationRule(eta),
        "ddpm small" => new AncestralRule(ReverseVariance.Small),
        "ddpm large" => new AncestralRule(ReverseVariance.Large),
        "standard" => new SequentialRule(),
        _ => new ClosedFormRule(),
    };

    /// <summary>a, b and c_1…c_K of a sampler, from one run: a row at 0, a row at 1, and a row for the unit noise of each step.</summary>
    /// <remarks>With lastStep false it is the map from x_τK to x_τ1, without the step from there to x̂0.</remarks>
    private static (double A, double B, double[] C) AffineMap(Sampler sampler, double mean, double std, bool lastStep = true)
    {
        using var scope = NewDisposeScope();
        int steps = sampler.Timesteps.Count, rows = 2 + steps;
        double[] start = new double[rows];
        start[1] = 1;
        Tensor[] noises = [.. Enumerable.Range(0, steps).Select(k =>
        {
            double[] unit = new double[rows];
            unit[2 + k] = 1;
            return tensor(unit, [rows, 1]);
        })];
        var denoiser = new GaussianMixtureDenoiser(new([1], [[mean]], [std]));
        double[] end = start;
        if (lastStep)
        {
            end = sampler.Run(denoiser, tensor(start, [rows, 1]), new RecordedNoise(noises)).Sample.Values();
        }
        else
        {
            foreach (SamplingStep step in sampler.Walk(denoiser, tensor(start, [rows, 1]), new RecordedNoise(noises)))
            {
                end = step.PreviousTimestep == 0 ? end : step.Next.Values();
            }
        }

        return (end[1] - end[0], end[0], [.. end.Skip(2).Select(value => value - end[0])]);
    }

    /// <summary>The textbook's formulas, one scalar at a time, from ᾱ alone.</summary>
    private static (double Mean, double Variance) Recursion(
        NoiseSchedule schedule, IReadOnlyList<int> timesteps, string method, double eta, double m, double s, double mean, double variance)
    {
        for (int k = timesteps.Count - 1; k >= 0; k--)
        {
            double from = schedule.AlphaBar(timesteps[k]), to = k == 0 ? 1 : schedule.AlphaBar(timesteps[k - 1]);

            // E[x0 | x] = m + √ᾱ·s²/v·(x − √ᾱ·m), ε̂ = (x − √ᾱ·x̂0)/√(1−ᾱ).
            double v = from * s * s + 1 - from;
            double gain = Math.Sqrt(from) * s * s / v, offset = m - gain * Math.Sqrt(from) * m;
            double noiseGain = (1 - Math.Sqrt(from) * gain) / Math.Sqrt(1 - from), noiseOffset = -Math.Sqrt(from) * offset / Math.Sqrt(1 - from);
            double a, b, c;
            double alpha = from / to, beta = 1 - alpha, small = (1 - to) / (1 - from) * beta;
            if (k == 0)
            {
                (a, b, c) = (gain, offset, 0);
            }
            else if (method.StartsWith("ddpm", StringComparison.Ordinal))
            {
                double perSample = Math.Sqrt(to) * beta / (1 - from), perNoisy = Math.Sqrt(alpha) * (1 - to) / (1 - from);
                (a, b, c) = (perNoisy + perSample * gain, perSample * offset, Math.Sqrt(method == "ddpm small" ? small : beta));
            }
            else
            {
                double sigma2 = method == "ddim" ? eta * eta * small : 0;
                double perNoise = Math.Sqrt(Math.Max(0, 1 - to - sigma2));
                (a, b, c) = (Math.Sqrt(to) * gain + perNoise * noiseGain, Math.Sqrt(to) * offset + perNoise * noiseOffset, Math.Sqrt(sigma2));
            }

            (mean, variance) = (a * mean + b, a * a * variance + c * c);
        }

        return (mean, variance);
    }
}
