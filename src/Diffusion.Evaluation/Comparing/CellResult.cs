namespace Diffusion.Evaluation;

/// <summary>What a cell of a comparison came to.</summary>
/// <param name="Cell">The sampler.</param>
/// <param name="Timesteps">What its stride visits.</param>
/// <param name="Calls">The denoiser calls that it took.</param>
/// <param name="Runs">The scores of the seeds 1, 2, ….</param>
public sealed record CellResult(ComparisonCell Cell, IReadOnlyList<int> Timesteps, long Calls, IReadOnlyList<Scores> Runs)
{
    /// <summary>The mean of a score over the seeds, with its 95 % interval.</summary>
    /// <param name="metric">What the runs were scored by.</param>
    public Interval this[Metric metric] => Interval.OfRuns([.. Runs.Select(run => run[metric.Name])]);
}
