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
        "full, uniformK such as uniform50, section counts such as 10,15,20, ddimK such as ddim50, or custom:t1,t2,… with rising timesteps";

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
    /// <param name="text"><c>full</c>, <c>uniform50</c>, <c>10,15,20</c>, <c>ddim50</c> or <c>custom:1,250,1000</c>.</param>
    /// <exception cref="InvalidInputException">The text is none of these.</exception>
    public static Stride Parse(string text)
    {
        string spec = text.Trim();
        if (spec == "full")
        {
            return Full;
        }

        if (After(spec, "uniform") is { } uniform && Whole(uniform) is { } k)
        {
            return Uniform(k);
        }

        if (After(spec, "ddim") is { } ddim && Whole(ddim) is { } d)
        {
            return Ddim(d);
        }

        if (After(spec, "custom:") is { } custom && WholeList(custom) is { } timesteps)
        {
            return Custom(timesteps);
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
    }

    /// <summary>The timesteps τ_1 &lt; … &lt; τ_K that this stride visits among 1..T.</summary>
    /// <param name="T">The number of timesteps of the schedule.</param>
    /// <exception cref="InvalidInputException">The stride asks for more timesteps than there are, or for one beyond T.</exception>
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

    private protected static InvalidInputException TooMany(string asked, int T) =>
        new("stride", asked, $"at most as many timesteps as there are (T = {T})");

    private static int AtLeastOne(int count) => count >= 1
        ? count
        : throw new InvalidInputException("stride", $"{count} timesteps", "at least one timestep");
}
