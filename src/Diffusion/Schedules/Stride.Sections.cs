namespace Diffusion;

public sealed partial record Stride
{
    /// <summary>K timesteps spaced evenly from 1 to T, rounded (Nichol &amp; Dhariwal 2021, sec. 4); T alone when K = 1.</summary>
    /// <param name="count">K, at least 1.</param>
    /// <exception cref="InvalidInputException">K is below 1.</exception>
    public static Stride Uniform(int count) =>
        Counted("uniform", count, T => count == 1 ? [T] : Spread(1, T, count)); // One jump has to start where the noise is.

    /// <summary>
    /// Cuts 1..T into equal sections and spaces so many timesteps evenly in each, the first section nearest the clean
    /// sample (improved-diffusion's code).
    /// </summary>
    /// <param name="counts">How many timesteps each section gets, each at least 1.</param>
    /// <exception cref="InvalidInputException">There is no section, or a count is below 1.</exception>
    public static Stride Sections(params ReadOnlySpan<int> counts)
    {
        int[] copy = counts.ToArray();
        InvalidInputException.Require(copy.Length > 0, "stride", "no section", "at least one section count");
        Array.ForEach(copy, count => AtLeastOne(count));
        return new(string.Join(',', copy), (int T) => InSections(copy, T));
    }

    /// <summary>Sections of one's own, each with so many evenly spaced timesteps, such as 0-200:5,200-600:10.</summary>
    /// <param name="sections">For each: the timesteps after From up to To, and how many of them to visit.</param>
    /// <exception cref="InvalidInputException">There is no section.</exception>
    public static Stride Uneven(params (int From, int To, int Count)[] sections)
    {
        InvalidInputException.Require(sections.Length > 0, "stride", "no section", "at least one section");
        return new(string.Join(',', sections.Select(section => $"{section.From}-{section.To}:{section.Count}")),
            (int T) => InRanges([.. sections], T));
    }

    /// <summary>
    /// <paramref name="count"/> timesteps from <paramref name="first"/> over <paramref name="size"/> places, ends included.
    /// The position is summed up and rounded half to even, as the reference code does, so that the lists agree exactly.
    /// </summary>
    private static int[] Spread(int first, int size, int count)
    {
        double spacing = count == 1 ? 1 : (double)(size - 1) / (count - 1);
        var timesteps = new int[count];
        double position = 0;
        for (int k = 0; k < count; k++, position += spacing)
        {
            timesteps[k] = first + (int)Math.Round(position, MidpointRounding.ToEven);
        }

        return timesteps;
    }

    /// <summary>So many evenly spaced timesteps in each of several equal sections; the first ones take what does not divide.</summary>
    private static int[] InSections(int[] counts, int T)
    {
        var timesteps = new List<int>();
        int first = 1;
        for (int i = 0; i < counts.Length; i++)
        {
            int size = T / counts.Length + (i < T % counts.Length ? 1 : 0);
            InvalidInputException.Require(
                counts[i] <= size, "stride", $"{counts[i]} timesteps in section {i + 1} of \"{string.Join(',', counts)}\"",
                $"at most the {size} timesteps that the section has (T = {T})");
            timesteps.AddRange(Spread(first, size, counts[i]));
            first += size;
        }

        return [.. timesteps];
    }

    private static int[] InRanges((int From, int To, int Count)[] sections, int T)
    {
        int end = 0;
        foreach (var (from, to, count) in sections)
        {
            InvalidInputException.Require(
                from >= end && to > from && to <= T, "stride", $"section {from}-{to}",
                $"sections that rise and do not overlap, from {end} on and at most to T = {T}");
            InvalidInputException.Require(
                count >= 1 && count <= to - from, "stride", $"{count} timesteps in section {from}-{to}",
                $"1 to {to - from}, the timesteps that the section has");
            end = to;
        }

        return [.. sections.SelectMany(section => Spread(section.From + 1, section.To - section.From, section.Count))];
    }
}
