namespace Diffusion;

/// <summary>1, 1+c, 1+2c, … with c = ⌊T/K⌋.</summary>
internal sealed record LeadingStride(int Count) : Stride
{
    private protected override string Text => $"leading{Count}";

    private protected override int[] Select(int T)
    {
        AtMost(Count, T);
        return [.. Enumerable.Range(0, Count).Select(k => 1 + k * (T / Count))];
    }
}
