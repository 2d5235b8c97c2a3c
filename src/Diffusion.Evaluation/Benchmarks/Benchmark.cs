namespace Diffusion.Evaluation;

/// <summary>What samplers are compared on: a denoiser, and what its samples are scored by.</summary>
public abstract class Benchmark : IDisposable
{
    private protected Benchmark()
    {
    }

    /// <summary>What it is.</summary>
    public abstract BenchmarkDescription Description { get; }

    /// <summary>Searches strides for the benchmark's denoiser.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="seed">The search seed.</param>
    /// <param name="cache">Where found strides are kept; null for nowhere.</param>
    public StrideFinder StrideFinderFor(NoiseSchedule schedule, int seed = 0, StrideCache? cache = null) =>
        new(schedule, DrawBatch, Description.Identity.GetRawText(), seed, cache);

    /// <summary>Draws samples and scores them. Equal seeds start from equal noise, whatever the sampler.</summary>
    internal abstract (Scores Scores, long Calls) Run(Sampler sampler, int samples, int seed);

    /// <summary>The scores of the reference, at most as many sets as there are runs, each of as many samples as a run draws.</summary>
    internal abstract IReadOnlyList<Scores> Reference(int samples, int runs);

    /// <summary>What a search for strides works with, in the scope that is open.</summary>
    internal abstract SearchBatch DrawBatch(int seed);

    /// <inheritdoc/>
    public abstract void Dispose();
}
