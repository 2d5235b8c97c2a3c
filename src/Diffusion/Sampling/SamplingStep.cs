using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// One step t → s of a walk, after it was taken. Its tensors belong to the walk: they are gone when the loop moves on,
/// so clone what you keep.
/// </summary>
public sealed class SamplingStep
{
    internal SamplingStep(int index, int timestep, int previous, Transition transition, Tensor noisy, SamplingTerms terms, Cost cost) =>
        (Index, Timestep, PreviousTimestep, Transition, Noisy, Terms, Cost) = (index, timestep, previous, transition, noisy, terms, cost);

    /// <summary>The number of the step, from 0.</summary>
    public int Index { get; }

    /// <summary>t, where the step started.</summary>
    public int Timestep { get; }

    /// <summary>s, where it went; 0 at the last step.</summary>
    public int PreviousTimestep { get; }

    /// <summary>The noise levels of t and s.</summary>
    public Transition Transition { get; }

    /// <summary>What the run has cost up to and including this step.</summary>
    public Cost Cost { get; }

    /// <summary>x_t, [N, …].</summary>
    public Tensor Noisy { get; }

    /// <summary>x_s, [N, …].</summary>
    public Tensor Next => Terms.Next;

    /// <summary>Every term of the sampling equation.</summary>
    public SamplingTerms Terms { get; }

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
}

/// <summary>What a run has cost so far.</summary>
/// <param name="DenoiserCalls">Calls of the denoiser; one answers a whole batch.</param>
/// <param name="ForwardSteps">Forward steps that the article's sequential process F took.</param>
/// <param name="Elapsed">Time spent in the sampler and the denoiser, without the time a loop body took.</param>
public readonly record struct Cost(long DenoiserCalls, long ForwardSteps, TimeSpan Elapsed)
{
    /// <summary>The sum of two costs.</summary>
    public static Cost operator +(Cost left, Cost right) => new(
        left.DenoiserCalls + right.DenoiserCalls, left.ForwardSteps + right.ForwardSteps, left.Elapsed + right.Elapsed);
}

/// <summary>What a run ends with.</summary>
/// <param name="Sample">The sample at t = 0, which the caller owns.</param>
/// <param name="Cost">What the run cost.</param>
public readonly record struct SamplingResult(Tensor Sample, Cost Cost);
