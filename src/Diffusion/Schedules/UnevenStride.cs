namespace Diffusion;

/// <summary>Sections of the reader's own: after <c>From</c> up to <c>To</c>, so many evenly spaced timesteps.</summary>
internal sealed record UnevenStride((int From, int To, int Count)[] Parts) : Stride
{
    public bool Equals(UnevenStride? other) => other is not null && Parts.AsSpan().SequenceEqual(other.Parts);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private protected override string Text => string.Join(',', Parts.Select(section => $"{section.From}-{section.To}:{section.Count}"));

    private protected override int[] Select(int T)
    {
        int end = 0;
        foreach (var (from, to, count) in Parts)
        {
            if (from < end || to <= from || to > T)
            {
                throw new InvalidInputException("stride", $"section {from}-{to}", $"sections that rise and do not overlap, from {end} on and at most to T = {T}");
            }

            if (count < 1 || count > to - from)
            {
                throw new InvalidInputException("stride", $"{count} timesteps in section {from}-{to}", $"1 to {to - from}, the timesteps that the section has");
            }

            end = to;
        }

        return [.. Parts.SelectMany(section => SectionsStride.Spread(section.From + 1, section.To - section.From, section.Count))];
    }
}
