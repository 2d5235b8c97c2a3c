namespace Diffusion;

/// <summary>K evenly spaced numbers from 1 to T, each rounded half to even as NumPy does.</summary>
internal sealed record LinspaceStride(int Count) : Stride
{
    private protected override string Text => $"linspace{Count}";

    private protected override int[] Select(int T)
    {
        AtMost(Count, T);
        double spacing = Count == 1 ? 0 : (double)(T - 1) / (Count - 1);
        return [.. Enumerable.Range(0, Count).Select(k => 1 + (int)Math.Round(k * spacing))];
    }
}
