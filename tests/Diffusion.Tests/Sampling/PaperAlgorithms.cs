namespace Diffusion.Tests;

/// <summary>
/// The step rules as their papers write them, for one number and in the papers' own coordinates: a second account of
/// what the library computes with tensors.
/// </summary>
internal static class PaperAlgorithms
{
    /// <summary>x_0 from x at the last of the levels; the levels rise in noise and the first of them is the clean sample.</summary>
    /// <param name="rule">A rule's name, as <see cref="StepRule.Parse"/> reads it.</param>
    /// <param name="levels">Clean, τ_1, …, τ_K.</param>
    /// <param name="estimate">x̂0(x, level).</param>
    /// <param name="x">x at τ_K.</param>
    /// <param name="noise">z of each step, first step first.</param>
    public static double Sample(string rule, NoiseLevel[] levels, Func<double, NoiseLevel, double> estimate, double x, double[] noise)
    {
        double xBefore = 0;
        NoiseLevel? before = null;
        for (int k = levels.Length - 1; k >= 1; k--)
        {
            NoiseLevel t = levels[k], s = levels[k - 1];
            double z = noise[levels.Length - 1 - k];
            double x0 = estimate(x, t);
            (double next, xBefore, before) = k == 1
                ? (x0, 0, null)
                : rule switch
                {
                    "ddim" or "closed" or "standard" => (Euler(x, t, s, x0), 0, null),
                    "ddim:1" or "ddpm" => (Ancestral(x, t, s, x0, 0, z), 0, null),
                    "ddim:0.5" => (Ddim(x, t, s, x0, 0.5, z), 0, null),
                    "ddpm:0.3" => (Ancestral(x, t, s, x0, 0.3, z), 0, null),
                    "ddpm:large" => (Ancestral(x, t, s, x0, 1, z), 0, null),
                    "heun" => (Heun(x, t, s, x0, estimate), 0, null),
                    "dpm++2m" => (DpmSolver(x, t, s, x0, before, xBefore), x0, (NoiseLevel?)t),
                    _ => throw new ArgumentException(rule),
                };
            x = next;
        }

        return x;
    }

    /// <summary>Karras et al. 2022, sec. 3: Euler's step on dx̄/dσ = (x̄ − D)/σ, x̄ = x/√ᾱ.</summary>
    public static double Euler(double x, NoiseLevel t, NoiseLevel s, double x0)
    {
        double scaled = x / t.SignalRate;
        return s.SignalRate * (scaled + (Sigma(s) - Sigma(t)) * (scaled - x0) / Sigma(t));
    }

    /// <summary>Karras et al. 2022, algorithm 1.</summary>
    private static double Heun(double x, NoiseLevel t, NoiseLevel s, double x0, Func<double, NoiseLevel, double> estimate)
    {
        double scaled = x / t.SignalRate;
        double d = (scaled - x0) / Sigma(t);
        double next = scaled + (Sigma(s) - Sigma(t)) * d;
        double dNext = (next - estimate(s.SignalRate * next, s)) / Sigma(s);
        return s.SignalRate * (scaled + (Sigma(s) - Sigma(t)) * (0.5 * d + 0.5 * dNext));
    }

    /// <summary>Lu et al. 2022 (DPM-Solver++), algorithm 2.</summary>
    private static double DpmSolver(double x, NoiseLevel t, NoiseLevel s, double x0, NoiseLevel? before, double x0Before)
    {
        double h = Lambda(s) - Lambda(t);
        double d = x0;
        if (before is { } level)
        {
            double r = (Lambda(t) - Lambda(level)) / h;
            d = (1 + 1 / (2 * r)) * x0 - 1 / (2 * r) * x0Before;
        }

        return s.NoiseRate / t.NoiseRate * x - s.SignalRate * (Math.Exp(-h) - 1) * d;
    }

    /// <summary>Song et al. 2021, eq. 12 and 16.</summary>
    private static double Ddim(double x, NoiseLevel t, NoiseLevel s, double x0, double eta, double z)
    {
        double sigma = eta * Math.Sqrt(s.OneMinusAlphaBar / t.OneMinusAlphaBar) * Math.Sqrt(1 - t.AlphaBar / s.AlphaBar);
        double noise = (x - t.SignalRate * x0) / t.NoiseRate;
        return s.SignalRate * x0 + Math.Sqrt(s.OneMinusAlphaBar - sigma * sigma) * noise + sigma * z;
    }

    /// <summary>Ho et al. 2020, eq. 7 and algorithm 2, with the variance of Nichol &amp; Dhariwal 2021, eq. 15.</summary>
    private static double Ancestral(double x, NoiseLevel t, NoiseLevel s, double x0, double v, double z)
    {
        double alpha = t.AlphaBar / s.AlphaBar, beta = 1 - alpha;
        double mean = s.SignalRate * beta / t.OneMinusAlphaBar * x0 + Math.Sqrt(alpha) * s.OneMinusAlphaBar / t.OneMinusAlphaBar * x;
        double posterior = s.OneMinusAlphaBar / t.OneMinusAlphaBar * beta;
        return mean + Math.Sqrt(Math.Exp(v * Math.Log(beta) + (1 - v) * Math.Log(posterior))) * z;
    }

    private static double Sigma(NoiseLevel level) => level.NoiseRate / level.SignalRate;

    private static double Lambda(NoiseLevel level) => Math.Log(level.SignalRate / level.NoiseRate);
}
