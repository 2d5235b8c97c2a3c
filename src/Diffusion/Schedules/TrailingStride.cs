namespace Diffusion;

/// <summary>T down to 0 in K equal parts, rounded: τ_k = kT/K.</summary>
internal sealed record TrailingStride(int Count) : Stride
{
    private protected override string Text => $"trailing{Count}";

    private protected override int[] Select(int T)
    {
        AtMost(Count, T);
        return [.. Enumerable.Range(1, Count).Select(k => (int)Math.Round((double)T * k / Count))];
    }
}
