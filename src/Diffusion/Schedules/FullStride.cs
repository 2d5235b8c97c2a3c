namespace Diffusion;

/// <summary>1, 2, …, T.</summary>
internal sealed record FullStride : Stride
{
    private protected override string Text => "full";

    private protected override int[] Select(int T) => [.. Enumerable.Range(1, T)];
}
