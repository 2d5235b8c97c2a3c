namespace Diffusion;

/// <summary>K timesteps spaced evenly from 1 to T, both visited.</summary>
internal sealed record UniformStride(int Count) : Stride
{
    private protected override string Text => $"uniform{Count}";

    private protected override int[] Select(int T)
    {
        AtMost(Count, T);

        // One jump has to start where the noise is.
        return Count == 1 ? [T] : SectionsStride.Spread(1, T, Count);
    }
}
