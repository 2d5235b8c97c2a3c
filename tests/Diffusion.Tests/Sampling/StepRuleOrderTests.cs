using static TorchSharp.torch;

namespace Diffusion.Tests;

/// <summary>
/// How fast a rule's error falls with the number of steps: ᾱ continuous, even in log-SNR from −6 to 4, no jump to 0,
/// two wide overlapping modes, RMS over 200 starts.
/// </summary>
public class StepRuleOrderTests
{
    private static readonly int[] StepCounts = [40, 80, 160, 320];
    private static readonly double[] Weights = [0.4, 0.6], Means = [-0.8, 1.1], Stds = [0.9, 0.7];
    private static readonly GaussianMixtureDenoiser Denoiser = new(new(Weights, [.. Means.Select(mean => new[] { mean })], Stds));

    [Theory]
    [InlineData("ddim", 1, 0.1)]
    [InlineData("heun", 2, 0.15)]
    [InlineData("dpm++2m", 2, 0.15)]
    public void Down_the_ode_the_error_falls_with_the_rules_order(string rule, double order, double tolerance)
    {
        using var scope = NewDisposeScope();
        Tensor start = Noise.Gaussian([200, 1], 5, ScalarType.Float64);
        Tensor truth = tensor([.. start.Values().Select(x => RungeKutta(x, -6, 4))], [200, 1]);
        Assert.InRange(Order(steps => Rms(Down(steps, rule, start) - truth)), order - tolerance, order + tolerance);
    }

    [Theory]
    [InlineData("ddim", 1, 0.1)]
    [InlineData("heun", 2, 0.15)]
    [InlineData("dpm++2m", 2, 0.15)]
    public void Encoding_climbs_the_same_ode_with_the_rules_order(string rule, double order, double tolerance)
    {
        // The first jump, from the clean sample, is short enough here to leave the others' error as it is.
        using var scope = NewDisposeScope();
        Tensor clean = Denoiser.Mixture.Sample(200, 5);
        Tensor truth = tensor([.. clean.Values().Select(x => RungeKutta(x, 14, -6))], [200, 1]);
        Assert.InRange(Order(steps => Rms(Chain(steps, rule, 14).Encode(Denoiser, clean).Sample - truth)), order - tolerance, order + tolerance);
    }

    [Theory]
    [InlineData("ddim", 0.9)]
    [InlineData("closed", 0.9)]
    [InlineData("heun", 2.85)]
    [InlineData("dpm++2m", 1.85)]
    public void Encoding_and_decoding_returns_within_an_error_that_falls_with_the_rules_order(string rule, double atLeast)
    {
        // Heun's error of h³ a step changes sign with h, so on the way back it cancels to the next order.
        using var scope = NewDisposeScope();
        Tensor clean = Denoiser.Mixture.Sample(200, 5);
        double order = Order(RoundTrip);
        Assert.True(order >= atLeast, $"{order}");
        Assert.InRange(RoundTrip(320), 0, 0.02);

        double RoundTrip(int steps)
        {
            Sampler sampler = Chain(steps, rule, 14);
            return Rms(sampler.Run(Denoiser, sampler.Encode(Denoiser, clean).Sample).Sample - clean);
        }
    }

    /// <summary>N + 1 levels from log-SNR −6 up to the last, and a walk over them that ends before the jump to 0.</summary>
    private static Tensor Down(int steps, string rule, Tensor start) =>
        Chain(steps, rule, 4).Walk(Denoiser, start).Where(step => step.PreviousTimestep == 1).Select(step => step.Next.clone()).First();

    private static Sampler Chain(int steps, string rule, double last) => new(
        NoiseSchedule.FromAlphaBar(Enumerable.Range(0, steps + 1)
            .Select(i => NoiseLevel.FromLogSnr(last + (-6 - last) * i / steps).AlphaBar)),
        rule: StepRule.Parse(rule));

    /// <summary>The slope of −log(error) over log(steps), by least squares.</summary>
    private static double Order(Func<int, double> error)
    {
        double[] x = [.. StepCounts.Select(steps => Math.Log(steps))], y = [.. StepCounts.Select(steps => -Math.Log(error(steps)))];
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }

    private static double Rms(Tensor error) => Math.Sqrt(error.Values().Average(value => value * value));

    /// <summary>
    /// The probability-flow ODE by the classical Runge-Kutta method in log-SNR ℓ, from its own formula:
    /// dx/dℓ = ½(1−ᾱ)·(x + ∇log q(x)), from Song et al. 2021 (score SDE), eq. 13, with dᾱ/dℓ = ᾱ(1−ᾱ).
    /// </summary>
    private static double RungeKutta(double x, double from, double to)
    {
        const int steps = 1000;
        double h = (to - from) / steps;
        for (int i = 0; i < steps; i++)
        {
            double l = from + i * h;
            double k1 = Slope(x, l), k2 = Slope(x + h / 2 * k1, l + h / 2), k3 = Slope(x + h / 2 * k2, l + h / 2), k4 = Slope(x + h * k3, l + h);
            x += h / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
        }

        return x;
    }

    private static double Slope(double x, double logSnr)
    {
        NoiseLevel level = NoiseLevel.FromLogSnr(logSnr);
        double density = 0, gradient = 0;
        for (int k = 0; k < Weights.Length; k++)
        {
            double v = level.AlphaBar * Stds[k] * Stds[k] + level.OneMinusAlphaBar, away = x - level.SignalRate * Means[k];
            double weight = Weights[k] / Math.Sqrt(v) * Math.Exp(-away * away / (2 * v));
            density += weight;
            gradient -= weight * away / v;
        }

        return 0.5 * level.OneMinusAlphaBar * (x + gradient / density);
    }
}
