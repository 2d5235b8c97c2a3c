namespace Diffusion.Evaluation;

/// <summary>One sampler of a comparison.</summary>
/// <param name="Schedule">The schedule's name.</param>
/// <param name="Rule">The step rule.</param>
/// <param name="Calls">How many denoiser calls it may take.</param>
/// <param name="Stride">The stride's family.</param>
public sealed record ComparisonCell(string Schedule, StepRule Rule, int Calls, StrideFamily Stride)
{
    /// <summary>K. Heun's rule asks the denoiser twice in every step but the last.</summary>
    public int Steps => Rule is HeunRule ? (Calls + 1) / 2 : Calls;

    /// <summary>The sampler, as one line of text.</summary>
    public override string ToString() => $"{Schedule} {Rule} {Stride} at {Calls} calls";
}
