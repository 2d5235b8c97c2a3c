using static System.FormattableString;

namespace Diffusion;

public sealed partial class NoiseSchedule
{
    private const double CosineOffset = 0.008;
    private const double CosineMaxBeta = 0.999;

    // A typing slip such as T = 1000000000 gets a line instead of an end of memory.
    private const int MaxT = 1_000_000;

    /// <summary>
    /// β rises evenly from 10⁻⁴·1000/T to 0.02·1000/T (Ho et al. 2020, sec. 4, scaled to T as Nichol &amp; Dhariwal's
    /// code does).
    /// </summary>
    /// <param name="T">The number of timesteps, above 20: at 20 β_T would be 1.</param>
    /// <exception cref="InvalidInputException">T is 20 or less.</exception>
    public static NoiseSchedule Linear(int T) => T > 20
        ? EvenBetas(T, 1000.0 / T * 1e-4, 1000.0 / T * 0.02, "linear")
        : throw new InvalidInputException(nameof(T), $"{T}",
            "more than 20 timesteps for Linear(T), whose last β is 20/T; Linear(T, betaStart, betaEnd) or Cosine(T) can be shorter");

    /// <summary>β rises evenly from one value to another.</summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <param name="betaStart">β_1 in (0, 1).</param>
    /// <param name="betaEnd">β_T in (0, 1].</param>
    /// <exception cref="InvalidInputException">T or a β lies outside its range.</exception>
    public static NoiseSchedule Linear(int T, double betaStart, double betaEnd) =>
        EvenBetas(T, betaStart, betaEnd, Invariant($"linear:{betaStart}:{betaEnd}"));

    /// <summary>
    /// ᾱ falls as cos² of the timestep, with β at most 0.999 (Nichol &amp; Dhariwal 2021, eq. 17).
    /// </summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <exception cref="InvalidInputException">T lies outside its range.</exception>
    public static NoiseSchedule Cosine(int T)
    {
        CheckCount(T);
        return FromBetas(
            Enumerable.Range(1, T).Select(t => Math.Min(1 - F((double)t / T) / F((double)(t - 1) / T), CosineMaxBeta)),
            "cosine");

        static double F(double u)
        {
            double cos = Math.Cos((u + CosineOffset) / (1 + CosineOffset) * Math.PI / 2);
            return cos * cos;
        }
    }

    /// <summary>
    /// ᾱ_t = cos²(a + (t/T)(b − a)) with a = acos 0.95 and b = acos 0.02: the signal rate runs evenly in angle from
    /// 0.95 to 0.02 (Foster, Generative Deep Learning, ch. 8).
    /// </summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <exception cref="InvalidInputException">T lies outside its range.</exception>
    public static NoiseSchedule OffsetCosine(int T)
    {
        double a = Math.Acos(0.95), b = Math.Acos(0.02);
        return FromLevels(T, t => NoiseLevel.FromAngle(a + (double)t / T * (b - a)), "offset-cosine");
    }

    /// <summary>
    /// √β rises evenly from √0.00085 to √0.012, each β times 1000/T: latent diffusion's schedule (Rombach et al. 2022,
    /// code; there "linear", elsewhere "scaled linear").
    /// </summary>
    /// <param name="T">The number of timesteps, above 12: at 12 β_T would be 1.</param>
    /// <exception cref="InvalidInputException">T is 12 or less.</exception>
    public static NoiseSchedule ScaledLinear(int T) => T > 12
        ? RootLinear(T, 1000.0 / T * 0.00085, 1000.0 / T * 0.012, "scaled-linear")
        : throw new InvalidInputException(nameof(T), $"{T}", "more than 12 timesteps for ScaledLinear(T), whose last β is 12/T");

    /// <summary>√β rises evenly from √0.0001 to √0.02, each β times 1000/T (Song et al. 2021, code, "quad").</summary>
    /// <param name="T">The number of timesteps, above 20: at 20 β_T would be 1.</param>
    /// <exception cref="InvalidInputException">T is 20 or less.</exception>
    public static NoiseSchedule Quadratic(int T) => T > 20
        ? RootLinear(T, 1000.0 / T * 1e-4, 1000.0 / T * 0.02, "quadratic")
        : throw new InvalidInputException(nameof(T), $"{T}", "more than 20 timesteps for Quadratic(T), whose last β is 20/T");

    /// <summary>
    /// ᾱ falls as a logistic curve between −3 and 3, scaled to run from 1 to 0 and kept at 10⁻⁹ or more
    /// (Jabri et al. 2022, algorithm 1, with start −3, end 3, τ = 1).
    /// </summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <exception cref="InvalidInputException">T lies outside its range.</exception>
    public static NoiseSchedule Sigmoid(int T)
    {
        const double Start = -3, End = 3, Least = 1e-9;
        double first = Logistic(Start), last = Logistic(End);
        return FromAlphaBar(T, u => Math.Max((last - Logistic(u * (End - Start) + Start)) / (last - first), Least), "sigmoid");

        static double Logistic(double x) => 1 / (1 + Math.Exp(-x));
    }

    /// <summary>
    /// σ = √((1−ᾱ)/ᾱ) rises evenly in log σ, so that log-SNR falls evenly (Permenter &amp; Yuan 2023, code).
    /// </summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <param name="sigmaMin">σ_1, above 0.</param>
    /// <param name="sigmaMax">σ_T, above σ_1.</param>
    /// <exception cref="InvalidInputException">T lies outside its range, or a σ is out of its range.</exception>
    public static NoiseSchedule LogLinear(int T, double sigmaMin = 0.02, double sigmaMax = 10)
    {
        InvalidInputException.Require(
            sigmaMin > 0 && sigmaMax > sigmaMin && double.IsFinite(sigmaMax),
            "sigma", Invariant($"{sigmaMin} to {sigmaMax}"), "0 < sigmaMin < sigmaMax");
        return FromLevels(T, t => NoiseLevel.FromLogSnr(-2 * LogSigma(t)), "log-linear");

        double LogSigma(int t) =>
            T == 1 ? Math.Log(sigmaMax) : Math.Log(sigmaMin) + (t - 1) * (Math.Log(sigmaMax / sigmaMin) / (T - 1));
    }

    /// <summary>A schedule from a function of u = t/T.</summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <param name="alphaBar">ᾱ(u) for u in (0, 1], strictly falling, below 1 and at least 0.</param>
    /// <param name="name">What to call it.</param>
    /// <exception cref="InvalidInputException">T lies outside its range, or a value breaks the rule: the first that does.</exception>
    public static NoiseSchedule FromAlphaBar(int T, Func<double, double> alphaBar, string name = "custom")
    {
        CheckCount(T);
        return FromAlphaBar(Enumerable.Range(1, T).Select(t => alphaBar((double)t / T)), name);
    }

    /// <summary>A schedule from β_1, …, β_T.</summary>
    /// <param name="betas">Each in (0, 1); the last may be 1.</param>
    /// <param name="name">What to call it.</param>
    /// <exception cref="InvalidInputException">There is none, or one breaks the rule; the first that does is named.</exception>
    public static NoiseSchedule FromBetas(IEnumerable<double> betas, string name = "custom")
    {
        double[] given = [0, .. betas];
        CheckCount(given.Length - 1);
        var levels = new NoiseLevel[given.Length];
        levels[0] = NoiseLevel.Clean;
        for (int t = 1; t < given.Length; t++)
        {
            double beta = given[t];
            if (!(beta > 0 && (beta < 1 || (beta == 1 && t == given.Length - 1))))
            {
                throw new InvalidInputException(
                    "beta", Invariant($"β = {beta} at t = {t}"), "β in (0, 1), and 1 at the last timestep only");
            }

            // 1−ᾱ_t = β_t + α_t·(1−ᾱ_{t−1}) adds positive numbers, so it keeps its digits where 1 − ᾱ_t would not.
            levels[t] = new((1 - beta) * levels[t - 1].AlphaBar, beta + (1 - beta) * levels[t - 1].OneMinusAlphaBar);
        }

        CheckDecreasing(levels);
        return new(name, given, levels);
    }

    /// <summary>A schedule from ᾱ_1, …, ᾱ_T.</summary>
    /// <param name="alphaBars">Strictly decreasing, the first below 1, the last at least 0.</param>
    /// <param name="name">What to call it.</param>
    /// <exception cref="InvalidInputException">There is none, or one breaks the rule; the first that does is named.</exception>
    public static NoiseSchedule FromAlphaBar(IEnumerable<double> alphaBars, string name = "custom") =>
        FromLevels([.. alphaBars.Select(alphaBar => new NoiseLevel(alphaBar, 1 - alphaBar))], name);

    /// <summary>log-SNR on straight lines between values at equal distances of t/T, from 0 to 1: a schedule drawn by hand.</summary>
    /// <param name="T">The number of timesteps, in 1..1 000 000.</param>
    /// <param name="values">Two or more, each below the one before.</param>
    /// <exception cref="InvalidInputException">T lies outside its range, or the values are not such.</exception>
    public static NoiseSchedule FromLogSnr(int T, params IReadOnlyList<double> values)
    {
        string name = LogSnrPrefix + string.Join(',', values.Select(value => Invariant($"{value}")));
        InvalidInputException.Require(
            values.Count > 1 && values.All(double.IsFinite) && values.Zip(values.Skip(1)).All(pair => pair.First > pair.Second),
            "schedule", $"\"{name}\"", "two or more finite numbers, each below the one before");
        return FromLevels(T, t =>
        {
            double place = (double)t / T * (values.Count - 1);
            int before = Math.Min((int)place, values.Count - 2);
            return NoiseLevel.FromLogSnr(values[before] + (place - before) * (values[before + 1] - values[before]));
        }, name);
    }

    /// <summary>
    /// The schedule with √ᾱ shifted and scaled so that ᾱ_T = 0 and ᾱ_1 stays: the last timestep holds no signal at all
    /// (Lin et al. 2023, algorithm 1). β_T is then 1, and a denoiser that predicts noise cannot start there.
    /// </summary>
    /// <exception cref="InvalidInputException">There is one timestep only, which cannot keep its ᾱ and lose it too.</exception>
    public NoiseSchedule WithZeroTerminalSnr()
    {
        InvalidInputException.Require(T > 1, nameof(T), "1", "at least 2 timesteps to rescale");
        double first = Level(1).SignalRate, last = Level(T).SignalRate;
        return FromLevels(T, Rescaled, Name + ZeroSnrSuffix);

        NoiseLevel Rescaled(int t)
        {
            double signal = t == T ? 0 : (Level(t).SignalRate - last) * first / (first - last);
            return t == 1 ? Level(1) : new(signal * signal, (1 - signal) * (1 + signal));
        }
    }

    private static NoiseSchedule FromLevels(int T, Func<int, NoiseLevel> level, string name)
    {
        CheckCount(T);
        return FromLevels([.. Enumerable.Range(1, T).Select(level)], name);
    }

    private static NoiseSchedule FromLevels(NoiseLevel[] given, string name)
    {
        CheckCount(given.Length);
        NoiseLevel[] levels = [NoiseLevel.Clean, .. given];
        CheckDecreasing(levels);
        var betas = new double[levels.Length];
        for (int t = 1; t < levels.Length; t++)
        {
            betas[t] = new Transition(levels[t], levels[t - 1]).Beta;
        }

        return new(name, betas, levels);
    }

    private static NoiseSchedule EvenBetas(int T, double betaStart, double betaEnd, string name)
    {
        CheckCount(T);
        double step = T == 1 ? 0 : (betaEnd - betaStart) / (T - 1);
        return FromBetas(Enumerable.Range(0, T).Select(i => betaStart + i * step), name);
    }

    private static NoiseSchedule RootLinear(int T, double betaStart, double betaEnd, string name)
    {
        double start = Math.Sqrt(betaStart), end = Math.Sqrt(betaEnd);
        return FromBetas(Enumerable.Range(0, T).Select(i => start + i * ((end - start) / (T - 1))).Select(root => root * root), name);
    }

    private static void CheckDecreasing(NoiseLevel[] levels)
    {
        for (int t = 1; t < levels.Length; t++)
        {
            double alphaBar = levels[t].AlphaBar, before = levels[t - 1].AlphaBar;
            if (!(alphaBar >= 0 && alphaBar < before))
            {
                throw new InvalidInputException("alphaBar", Invariant($"ᾱ = {alphaBar} after {before} at t = {t}"),
                    "strictly decreasing values, below 1 and at least 0");
            }
        }
    }

    private static void CheckCount(int T) =>
        InvalidInputException.Require(T is >= 1 and <= MaxT, nameof(T), $"{T}", $"at least 1 timestep and at most {MaxT}");
}
