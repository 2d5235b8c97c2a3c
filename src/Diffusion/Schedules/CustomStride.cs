namespace Diffusion;

/// <summary>Exactly the timesteps given.</summary>
internal sealed record CustomStride(int[] Given) : Stride
{
    public bool Equals(CustomStride? other) => other is not null && Given.AsSpan().SequenceEqual(other.Given);

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    private protected override string Text => $"custom:{string.Join(',', Given)}";

    private protected override int[] Select(int T) => [.. Given];
}
