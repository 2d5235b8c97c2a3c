namespace Diffusion;

/// <summary>What a run has cost so far.</summary>
/// <param name="DenoiserCalls">Calls of the denoiser; one answers a whole batch.</param>
/// <param name="ForwardSteps">Forward steps that the article's sequential process F took.</param>
/// <param name="Elapsed">Time spent in the sampler and the denoiser, without the time a loop body took.</param>
public readonly record struct Cost(long DenoiserCalls, long ForwardSteps, TimeSpan Elapsed)
{
    /// <summary>The sum of two costs.</summary>
    public static Cost operator +(Cost left, Cost right) => new(
        left.DenoiserCalls + right.DenoiserCalls, left.ForwardSteps + right.ForwardSteps, left.Elapsed + right.Elapsed);

    /// <summary>The sum of two costs.</summary>
    public static Cost Add(Cost left, Cost right) => left + right;
}
