namespace Diffusion.Comparing;

/// <summary>What a cell of a comparison came to.</summary>
/// <param name="Cell">The sampler.</param>
/// <param name="Timesteps">What its stride visits.</param>
/// <param name="Calls">The denoiser calls that it took.</param>
/// <param name="Runs">The scores, one a seed.</param>
public sealed record CellResult(ComparisonCell Cell, IReadOnlyList<int> Timesteps, long Calls, IReadOnlyList<RunScores> Runs)
{
    /// <summary>The mean distance to the truth over the seeds, with its 95 % interval.</summary>
    public Interval Distance => Interval.OfRuns([.. Runs.Select(run => run.Distance)]);
}
