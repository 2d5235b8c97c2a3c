using System.Globalization;

namespace Diffusion;

/// <summary>
/// Which timesteps a sampler visits: strictly increasing τ_1 &lt; … &lt; τ_K in 1..T. A stride is a rule, such as «10, 15
/// and 20 steps in three equal sections»; <see cref="Timesteps(int)"/> applies it to T timesteps. Two strides of the same
/// text are equal, and <see cref="Parse"/> reads the text back.
/// </summary>
public abstract record Stride
{
    private const string Forms =
        "full, section counts such as 10,15,20, sections such as 0-200:5,200-1000:10, custom:t1,t2,… with rising timesteps, "
        + "uniform50 and likewise ddim, quadratic, trailing, leading, linspace, logsnr and karras, or karras50:7 with its ρ";

    private static readonly Dictionary<string, Func<int, Stride>> Counted = new()
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
    public static Stride Full { get; } = new FullStride();

    /// <summary>K timesteps spaced evenly from 1 to T, rounded (Nichol &amp; Dhariwal 2021, sec. 4); T alone when K = 1.</summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Uniform(int count) => new UniformStride(AtLeastOne(count));

    /// <summary>
    /// Cuts 1..T into equal sections and spaces so many timesteps evenly in each, the first section nearest the clean
    /// sample (improved-diffusion's code).
    /// </summary>
    /// <param name="counts">How many timesteps each section gets, each at least 1.</param>
    /// <exception cref="InvalidInputException">There is no section, or a count is below 1.</exception>
    public static Stride Sections(params ReadOnlySpan<int> counts)
    {
        int[] copy = counts.ToArray();
        if (copy.Length == 0)
        {
            throw new InvalidInputException("stride", "no section", "at least one section count");
        }

        Array.ForEach(copy, count => AtLeastOne(count));
        return new SectionsStride(copy);
    }

    /// <summary>
    /// 1, 1+c, 1+2c, … with the smallest whole c that gives K timesteps (Song et al. 2021, as improved-diffusion's
    /// «ddimK» reads it). It usually stops short of T.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Ddim(int count) => new DdimStride(AtLeastOne(count));

    /// <summary>
    /// τ_k = ⌊c·k²⌋ up to T: dense near the clean sample (Song et al. 2021, app. D.2). Where two would fall together, the
    /// later one moves up.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Quadratic(int count) => new QuadraticStride(AtLeastOne(count));

    /// <summary>
    /// T down to 0 in K equal parts: τ_k = kT/K, rounded (Lin et al. 2023, table 2, "trailing"). It visits T, and all of its
    /// jumps are equally long, the last one to 0 too.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Trailing(int count) => new TrailingStride(AtLeastOne(count));

    /// <summary>
    /// 1, 1+c, 1+2c, … with c = ⌊T/K⌋ (Lin et al. 2023, table 2, "leading"). Its flaw: it never visits T, so it takes pure
    /// noise for a sample that still holds some signal.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Leading(int count) => new LeadingStride(AtLeastOne(count));

    /// <summary>
    /// K evenly spaced numbers from 1 to T, rounded (Lin et al. 2023, table 2, "linspace"). Its flaws: the last jump, from
    /// 1 to 0, is a whole call for almost nothing; and with K = 1 it visits timestep 1 alone.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Linspace(int count) => new LinspaceStride(AtLeastOne(count));

    /// <summary>
    /// K timesteps spaced evenly in log-SNR from timestep 1 to T, each the nearest there is (Lu et al. 2022, sec. 3.4). Needs
    /// a schedule.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride LogSnr(int count) => new LogSnrStride(AtLeastOne(count));

    /// <summary>
    /// K timesteps whose noise-to-signal ratio σ = √((1−ᾱ)/ᾱ) is evenly spaced in σ^{1/ρ} (Karras et al. 2022, eq. 5). Needs
    /// a schedule.
    /// </summary>
    /// <param name="count">K, at least 1.</param>
    /// <param name="rho">ρ, at least 1: 1 is even in σ, larger is denser near the clean sample.</param>
    /// <exception cref="InvalidInputException">K is below 1, or ρ is not a finite number of at least 1.</exception>
    public static Stride Karras(int count, double rho = KarrasStride.DefaultRho) => double.IsFinite(rho) && rho >= 1
        ? new KarrasStride(AtLeastOne(count), rho)
        : throw new InvalidInputException("stride", FormattableString.Invariant($"ρ = {rho}"), "a ρ of at least 1");

    /// <summary>Sections of one's own, each with so many evenly spaced timesteps, such as 0-200:5,200-600:10.</summary>
    /// <param name="sections">For each: the timesteps after From up to To, and how many of them to visit.</param>
    /// <exception cref="InvalidInputException">There is no section.</exception>
    public static Stride Uneven(params (int From, int To, int Count)[] sections) => sections.Length > 0
        ? new UnevenStride([.. sections])
        : throw new InvalidInputException("stride", "no section", "at least one section");

    /// <summary>Exactly these timesteps.</summary>
    /// <param name="timesteps">Strictly increasing, the first at least 1.</param>
    /// <exception cref="InvalidInputException">There is none, or one breaks the order.</exception>
    public static Stride Custom(params ReadOnlySpan<int> timesteps)
    {
        int[] copy = timesteps.ToArray();
        Validate(copy, int.MaxValue);
        return new CustomStride(copy);
    }

    /// <summary>Reads a stride's text: the inverse of <see cref="ToString"/>.</summary>
    /// <param name="text">Such as <c>full</c>, <c>trailing50</c>, <c>10,15,20</c>, <c>karras10:7</c> or <c>custom:1,250,1000</c>.</param>
    /// <exception cref="InvalidInputException">The text is none of these.</exception>
    public static Stride Parse(string text)
    {
        string spec = text.Trim();
        if (spec == "full")
        {
            return Full;
        }

        if (After(spec, "karras") is { } karras && karras.Split(':') is [var number, var ratio] && Whole(number) is { } k
            && double.TryParse(ratio, NumberStyles.Float, CultureInfo.InvariantCulture, out double rho))
        {
            return Karras(k, rho);
        }

        foreach (var (name, make) in Counted)
        {
            if (After(spec, name) is { } counted && Whole(counted) is { } count)
            {
                return make(count);
            }
        }

        if (After(spec, "custom:") is { } custom && WholeList(custom) is { } timesteps)
        {
            return Custom(timesteps);
        }

        if (spec.Contains(':') && Ranges(spec) is { } sections)
        {
            return Uneven(sections);
        }

        return WholeList(spec) is { } counts
            ? Sections(counts)
            : throw new InvalidInputException("stride", $"\"{text}\"", Forms);

        static string? After(string text, string prefix) =>
            text.StartsWith(prefix, StringComparison.Ordinal) ? text[prefix.Length..] : null;

        static int? Whole(string text) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : null;

        static int[]? WholeList(string text)
        {
            int?[] numbers = [.. text.Split(',').Select(part => Whole(part.Trim()))];
            return numbers.Contains(null) ? null : [.. numbers.Select(number => number!.Value)];
        }

        static (int, int, int)[]? Ranges(string text)
        {
            int[]?[] sections =
            [
                .. text.Split(',').Select(part => part.Split('-', ':') is [var from, var to, var count] ? WholeList($"{from},{to},{count}") : null),
            ];
            return sections.Contains(null) ? null : [.. sections.Select(section => (section![0], section[1], section[2]))];
        }
    }

    /// <summary>The timesteps τ_1 &lt; … &lt; τ_K that this stride visits under a schedule.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <exception cref="InvalidInputException">The stride asks for more timesteps than there are, or for one beyond T.</exception>
    public IReadOnlyList<int> Timesteps(NoiseSchedule schedule)
    {
        int[] timesteps = Select(schedule);
        Validate(timesteps, schedule.T);
        return timesteps;
    }

    /// <summary>The timesteps τ_1 &lt; … &lt; τ_K that this stride visits among 1..T.</summary>
    /// <param name="T">The number of timesteps of the schedule.</param>
    /// <exception cref="InvalidInputException">
    /// The stride asks for more timesteps than there are, for one beyond T, or needs to know the schedule.
    /// </exception>
    public IReadOnlyList<int> Timesteps(int T)
    {
        if (T < 1)
        {
            throw new InvalidInputException(nameof(T), $"{T}", "at least 1 timestep");
        }

        int[] timesteps = Select(T);
        Validate(timesteps, T);
        return timesteps;
    }

    /// <summary>The stride's text, which <see cref="Parse"/> reads.</summary>
    public sealed override string ToString() => Text;

    private protected abstract string Text { get; }

    private protected abstract int[] Select(int T);

    private protected virtual int[] Select(NoiseSchedule schedule) => Select(schedule.T);

    /// <summary>The same timesteps, moved apart as little as it takes for them to rise strictly within 1..T.</summary>
    private protected static int[] Distinct(int[] timesteps, int T)
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

    /// <summary>Refuses timesteps that are not strictly increasing in 1..T, naming the first that breaks the rule.</summary>
    internal static void Validate(IReadOnlyList<int> timesteps, int T)
    {
        if (timesteps.Count == 0)
        {
            throw new InvalidInputException("stride", "no timestep", "at least one timestep");
        }

        for (int k = 0; k < timesteps.Count; k++)
        {
            int smallest = k == 0 ? 1 : timesteps[k - 1] + 1;
            if (timesteps[k] < smallest || timesteps[k] > T)
            {
                string limit = T == int.MaxValue ? "" : $" and at most T = {T}";
                throw new InvalidInputException("stride", $"timestep {timesteps[k]} at place {k + 1}",
                    $"strictly increasing timesteps: here at least {smallest}{limit}");
            }
        }
    }

    private protected void AtMost(int count, int T)
    {
        if (count > T)
        {
            throw new InvalidInputException("stride", $"\"{Text}\"", $"at most as many timesteps as there are (T = {T})");
        }
    }

    private static int AtLeastOne(int count) => count >= 1
        ? count
        : throw new InvalidInputException("stride", $"{count} timesteps", "at least one timestep");
}
