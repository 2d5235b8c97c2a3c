using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// One step t → s of a walk, after it was taken. Its tensors belong to the walk: they are gone when the loop moves on,
/// so clone what you keep. The terms are computed when they are first read.
/// </summary>
public sealed class SamplingStep
{
    private readonly Func<SamplingTerms> explain;
    private SamplingTerms? terms;

    internal SamplingStep(int index, int timestep, int previous, Jump jump, Tensor noisy, Tensor next, Cost cost, Func<SamplingTerms> explain)
    {
        Index = index;
        Timestep = timestep;
        PreviousTimestep = previous;
        Jump = jump;
        Noisy = noisy;
        Next = next;
        Cost = cost;
        this.explain = explain;
    }

    /// <summary>The number of the step, from 0.</summary>
    public int Index { get; }

    /// <summary>t, where the step started.</summary>
    public int Timestep { get; }

    /// <summary>s, where it went; 0 at the last step.</summary>
    public int PreviousTimestep { get; }

    /// <summary>The noise levels of t and s.</summary>
    public Jump Jump { get; }

    /// <summary>What the run has cost up to and including this step.</summary>
    public Cost Cost { get; }

    /// <summary>x_t, [N, …].</summary>
    public Tensor Noisy { get; }

    /// <summary>x_s, [N, …].</summary>
    public Tensor Next { get; }

    /// <summary>Every term of the sampling equation.</summary>
    public SamplingTerms Terms => terms ??= explain();

    /// <summary>x̂0, the estimated clean sample (article §2.1.1).</summary>
    public Tensor EstimatedSample => Terms.EstimatedSample;

    /// <summary>ε̂, the estimated noise (article §2.1.2).</summary>
    public Tensor EstimatedNoise => Terms.EstimatedNoise;

    /// <summary>x̂0 + ε̂ (article §2.1.3).</summary>
    public Tensor EstimatedPrevious => Terms.EstimatedPrevious;

    /// <summary>√ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂ (article §2.1.4).</summary>
    public Tensor ScaledPrevious => Terms.ScaledPrevious;

    /// <summary>σ·z (article §2.2).</summary>
    public Tensor RandomTerm => Terms.RandomTerm;

    internal void DisposeTerms()
    {
        terms?.Dispose();
        terms = null;
    }
}
