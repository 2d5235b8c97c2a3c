using static TorchSharp.torch;

namespace Diffusion.Comparing;

/// <summary>What samplers are compared on: a denoiser, and what its samples are scored by.</summary>
public abstract class ComparisonSubject : IDisposable
{
    private protected ComparisonSubject()
    {
    }

    /// <summary>What it is.</summary>
    public abstract SubjectDescription Description { get; }

    /// <summary>Draws one run's samples and scores them. Equal seeds start from equal noise, whatever the sampler.</summary>
    internal abstract (RunScores Scores, long Calls) Run(ComparisonPlan plan, Sampler sampler, int seed);

    /// <summary>The scores of the yardstick, in sets of as many samples as a run draws.</summary>
    internal abstract IReadOnlyList<RunScores> Floor(ComparisonPlan plan);

    /// <summary>What a search for strides works with, in the scope that is open.</summary>
    internal abstract SearchBatch Search(int seed);

    /// <inheritdoc/>
    public abstract void Dispose();
}

/// <summary>What a search for strides works with.</summary>
/// <param name="Denoiser">Answers for exactly this batch.</param>
/// <param name="Data">Clean samples, [N, …].</param>
/// <param name="Start">Pure noise, [N, …].</param>
internal sealed record SearchBatch(IDenoiser Denoiser, Tensor Data, Tensor Start);
