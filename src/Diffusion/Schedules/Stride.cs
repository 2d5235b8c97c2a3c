using System.Globalization;

namespace Diffusion;

/// <summary>
/// Which timesteps a sampler visits: strictly increasing τ_1 &lt; … &lt; τ_K in 1..T. A stride is a rule, such as «10, 15
/// and 20 steps in three equal sections»; <see cref="Timesteps(int)"/> applies it to T timesteps. Two strides of the same
/// text are equal, and <see cref="Parse"/> reads the text back.
/// </summary>
public sealed partial record Stride
{
    private const string Forms =
        "full, section counts such as 10,15,20, sections such as 0-200:5,200-1000:10, custom:t1,t2,… with rising timesteps, "
        + "uniform50 and likewise ddim, quadratic, trailing, leading, linspace, logsnr and karras, or karras50:7 with its ρ";

    private readonly string text;
    private readonly Func<int, int[]>? select;
    private readonly Func<NoiseSchedule, int[]> selectBySchedule;

    /// <summary>A stride that the number of timesteps decides.</summary>
    private Stride(string text, Func<int, int[]> select)
        : this(text, (NoiseSchedule schedule) => select(schedule.T)) => this.select = select;

    /// <summary>A stride that looks at the noise levels too.</summary>
    private Stride(string text, Func<NoiseSchedule, int[]> select) => (this.text, selectBySchedule) = (text, select);

    /// <summary>The timesteps τ_1 &lt; … &lt; τ_K that this stride visits under a schedule.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <exception cref="InvalidInputException">The stride asks for more timesteps than there are, or for one beyond T.</exception>
    public IReadOnlyList<int> Timesteps(NoiseSchedule schedule)
    {
        int[] timesteps = selectBySchedule(schedule);
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
        InvalidInputException.Require(T >= 1, nameof(T), $"{T}", "at least 1 timestep");
        InvalidInputException.Require(select is not null, "stride", $"\"{text}\" with T = {T} alone",
            "a schedule: the noise levels decide which timesteps this stride visits");
        int[] timesteps = select(T);
        Validate(timesteps, T);
        return timesteps;
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

        foreach (var (name, make) in ByCount)
        {
            if (After(spec, name) is { } counted && Whole(counted) is { } count)
            {
                return make(count);
            }
        }

        return After(spec, "custom:") is { } custom && WholeList(custom) is { } timesteps ? Custom(timesteps)
            : spec.Contains(':') && Ranges(spec) is { } sections ? Uneven(sections)
            : WholeList(spec) is { } counts ? Sections(counts)
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
                .. text.Split(',').Select(part =>
                    part.Split('-', ':') is [var from, var to, var count] ? WholeList($"{from},{to},{count}") : null),
            ];
            return sections.Contains(null) ? null : [.. sections.Select(section => (section![0], section[1], section[2]))];
        }
    }

    /// <summary>The stride's text, which <see cref="Parse"/> reads.</summary>
    public override string ToString() => text;

    /// <summary>Strides of the same text are equal.</summary>
    /// <param name="other">Another stride.</param>
    public bool Equals(Stride? other) => text == other?.text;

    /// <inheritdoc/>
    public override int GetHashCode() => text.GetHashCode(StringComparison.Ordinal);

    /// <summary>Refuses timesteps that are not strictly increasing in 1..T, naming the first that breaks the rule.</summary>
    internal static void Validate(IReadOnlyList<int> timesteps, int T)
    {
        InvalidInputException.Require(timesteps.Count > 0, "stride", "no timestep", "at least one timestep");
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
}
