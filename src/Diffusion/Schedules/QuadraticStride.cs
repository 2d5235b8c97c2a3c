namespace Diffusion;

/// <summary>τ_k = ⌊c·k²⌋ with c = T/K², so that τ_K = T.</summary>
internal sealed record QuadraticStride(int Count) : Stride
{
    private protected override string Text => $"quadratic{Count}";

    private protected override int[] Select(int T)
    {
        AtMost(Count, T);
        return Distinct([.. Enumerable.Range(1, Count).Select(k => (int)((long)T * k * k / ((long)Count * Count)))], T);
    }
}
