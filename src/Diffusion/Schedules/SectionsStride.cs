namespace Diffusion;

/// <summary>So many evenly spaced timesteps in each of several equal sections of 1..T.</summary>
internal sealed record SectionsStride(int[] Counts) : Stride
{
    public bool Equals(SectionsStride? other) => other is not null && Counts.AsSpan().SequenceEqual(other.Counts);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private protected override string Text => string.Join(',', Counts);

    private protected override int[] Select(int T)
    {
        var timesteps = new List<int>();
        int first = 1;
        for (int i = 0; i < Counts.Length; i++)
        {
            // The first sections take what does not divide evenly.
            int size = T / Counts.Length + (i < T % Counts.Length ? 1 : 0);
            if (Counts[i] > size)
            {
                throw new InvalidInputException("stride", $"{Counts[i]} timesteps in section {i + 1} of \"{Text}\"",
                    $"at most the {size} timesteps that the section has (T = {T})");
            }

            timesteps.AddRange(Spread(first, size, Counts[i]));
            first += size;
        }

        return [.. timesteps];
    }

    /// <summary>
    /// <paramref name="count"/> timesteps from <paramref name="first"/> over <paramref name="size"/> places, ends included.
    /// The position is summed up and rounded half to even, as the reference code does, so that the lists agree exactly.
    /// </summary>
    internal static int[] Spread(int first, int size, int count)
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
}
