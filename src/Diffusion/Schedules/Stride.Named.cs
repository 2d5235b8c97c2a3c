namespace Diffusion;

public sealed partial record Stride
{
    private const double DefaultRho = 7;

    private static readonly Dictionary<string, Func<int, Stride>> ByCount = new()
    {
        ["uniform"] = Uniform,
        ["ddim"] = Ddim,
        ["quadratic"] = Quadratic,
        ["trailing"] = Trailing,
        ["leading"] = Leading,
        ["linspace"] = Linspace,
        ["logsnr"] = LogSnr,
        ["karras"] = count => Karras(count),
    };

    /// <summary>Every timestep 1..T.</summary>
    public static Stride Full { get; } = new("full", (int T) => [.. Enumerable.Range(1, T)]);

    /// <summary>
    /// 1, 1+c, 1+2c, … with the smallest whole c that gives K timesteps (Song et al. 2021, as improved-diffusion's
    /// «ddimK» reads it). It usually stops short of T.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Ddim(int count) => new($"ddim{AtLeastOne(count)}", (int T) =>
        Enumerable.Range(1, T).FirstOrDefault(spacing => (T - 1) / spacing + 1 == count) is > 0 and var spacing
            ? Every(spacing, count)
            : throw new InvalidInputException(
                "stride", $"\"ddim{count}\" with T = {T}", "a K that some whole spacing of 1..T gives exactly"));

    /// <summary>
    /// τ_k = ⌊c·k²⌋ up to T: dense near the clean sample (Song et al. 2021, app. D.2). Where two would fall together, the
    /// later one moves up.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Quadratic(int count) => Counted("quadratic", count, T =>
        Distinct([.. Enumerable.Range(1, count).Select(k => (int)((long)T * k * k / ((long)count * count)))], T));

    /// <summary>
    /// T down to 0 in K equal parts: τ_k = kT/K, rounded (Lin et al. 2023, table 2, "trailing"). It visits T, and all of its
    /// jumps are equally long, the last one to 0 too.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Trailing(int count) => Counted("trailing", count, T =>
        [.. Enumerable.Range(1, count).Select(k => (int)Math.Round((double)T * k / count))]);

    /// <summary>
    /// 1, 1+c, 1+2c, … with c = ⌊T/K⌋ (Lin et al. 2023, table 2, "leading"). Its flaw: it never visits T, so it takes pure
    /// noise for a sample that still holds some signal.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Leading(int count) => Counted("leading", count, T => Every(T / count, count));

    /// <summary>
    /// K evenly spaced numbers from 1 to T, rounded (Lin et al. 2023, table 2, "linspace"). Its flaws: the last jump, from
    /// 1 to 0, is a whole call for almost nothing; and with K = 1 it visits timestep 1 alone.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Linspace(int count) => Counted("linspace", count, T =>
        [.. Enumerable.Range(0, count).Select(k => 1 + (int)Math.Round(k * (count == 1 ? 0 : (double)(T - 1) / (count - 1))))]);

    /// <summary>
    /// K timesteps spaced evenly in log-SNR from timestep 1 to T, each the nearest there is (Lu et al. 2022, sec. 3.4). Needs
    /// a schedule.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride LogSnr(int count) => EvenIn("logsnr" + AtLeastOne(count), count,
        (schedule, t) => -schedule.LogSnr(t), logSnr => logSnr);

    /// <summary>
    /// K timesteps whose noise-to-signal ratio σ = √((1−ᾱ)/ᾱ) is evenly spaced in σ^{1/ρ} (Karras et al. 2022, eq. 5). Needs
    /// a schedule.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <param name="rho">ρ, at least 1: 1 is even in σ, larger is denser near the clean sample.</param>
    /// <exception cref="InvalidInputException">K is below 1, or ρ is not a finite number of at least 1.</exception>
    public static Stride Karras(int count, double rho = DefaultRho)
    {
        InvalidInputException.Require(
            double.IsFinite(rho) && rho >= 1, "stride", FormattableString.Invariant($"ρ = {rho}"), "a ρ of at least 1");
        string text = FormattableString.Invariant($"karras{AtLeastOne(count)}{(rho == DefaultRho ? "" : $":{rho}")}");

        // Compared in log σ, the scale on which a level's neighbours are equally far.
        return EvenIn(text, count, (schedule, t) => Math.Pow(schedule.Snr(t), -0.5 / rho), Math.Log);
    }

    /// <summary>Exactly these timesteps.</summary>
    /// <param name="timesteps">Strictly increasing, the first at least 1.</param>
    /// <exception cref="InvalidInputException">There is none, or one breaks the order.</exception>
    public static Stride Custom(params ReadOnlySpan<int> timesteps)
    {
        int[] copy = timesteps.ToArray();
        Validate(copy, int.MaxValue);
        return new($"custom:{string.Join(',', copy)}", (int _) => [.. copy]);
    }

    private static Stride Counted(string name, int count, Func<int, int[]> select)
    {
        string text = $"{name}{AtLeastOne(count)}";
        return new(text, (int T) =>
        {
            AtMost(count, T, text);
            return select(T);
        });
    }

    private static int AtLeastOne(int count) => count >= 1
        ? count
        : throw new InvalidInputException("stride", $"{count} timesteps", "at least one timestep");

    private static void AtMost(int count, int T, string text) => InvalidInputException.Require(
        count <= T, "stride", $"\"{text}\"", $"at most as many timesteps as there are (T = {T})");

    /// <summary>1, 1+c, 1+2c, ….</summary>
    private static int[] Every(int spacing, int count) => [.. Enumerable.Range(0, count).Select(k => 1 + k * spacing)];

    /// <summary>K timesteps evenly spaced on a scale that rises with the noise, from timestep 1 to T.</summary>
    /// <param name="text">The stride's text.</param>
    /// <param name="count">K.</param>
    /// <param name="scale">The scale that is even.</param>
    /// <param name="compare">From that scale to the one on which the nearest timestep is looked for; rising too.</param>
    private static Stride EvenIn(string text, int count, Func<NoiseSchedule, int, double> scale, Func<double, double> compare) =>
        new(text, (NoiseSchedule schedule) =>
        {
            AtMost(count, schedule.T, text);

            // At ᾱ_T = 0 the scale is infinite and has no even parts: T by itself, the others up to T − 1.
            return schedule.AlphaBar(schedule.T) == 0 ? [.. Even(count - 1, schedule.T - 1), schedule.T] : Even(count, schedule.T);

            int[] Even(int some, int last)
            {
                double low = scale(schedule, 1), high = scale(schedule, last);
                double[] targets =
                [
                    .. Enumerable.Range(0, some).Select(k => compare(some == 1 ? high : low + (high - low) * k / (some - 1))),
                ];
                return Nearest(targets, t => compare(scale(schedule, t)), last);
            }
        });

    /// <summary>The timesteps in 1..<paramref name="last"/> whose value is nearest to each target; both rise.</summary>
    private static int[] Nearest(double[] targets, Func<int, double> value, int last)
    {
        var timesteps = new int[targets.Length];
        int t = 1;
        for (int k = 0; k < targets.Length; k++)
        {
            while (t < last && Math.Abs(value(t + 1) - targets[k]) <= Math.Abs(value(t) - targets[k]))
            {
                t++;
            }

            timesteps[k] = t;
        }

        return Distinct(timesteps, last);
    }

    /// <summary>The same timesteps, moved apart as little as it takes for them to rise strictly within 1..T.</summary>
    private static int[] Distinct(int[] timesteps, int T)
    {
        for (int k = 0; k < timesteps.Length; k++)
        {
            timesteps[k] = Math.Max(timesteps[k], k == 0 ? 1 : timesteps[k - 1] + 1);
        }

        for (int k = timesteps.Length - 1; k >= 0; k--)
        {
            timesteps[k] = Math.Min(timesteps[k], k == timesteps.Length - 1 ? T : timesteps[k + 1] - 1);
        }

        return timesteps;
    }
}
