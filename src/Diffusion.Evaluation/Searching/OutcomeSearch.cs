using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// The outcome's view of a stride: how far its samples end from those of the sampler that visits every timestep, from one
/// and the same start noise. Works for every step rule; nothing adds up over jumps here, so the stride is found by a search.
/// </summary>
public sealed class OutcomeSearch : IDisposable
{
    private static readonly int[] Moves = [64, 32, 16, 8, 4, 2, 1];

    private readonly NoiseSchedule schedule;
    private readonly IDenoiser denoiser;
    private readonly Tensor start;
    private readonly StepRule? rule;
    private readonly Func<Tensor, double> distance;
    private readonly Tensor target;
    private readonly int seed;

    /// <summary>Runs the full stride once, which everything is measured against.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="start">x at the largest timestep, [N, …]; it stays the caller's and must live as long as the search.</param>
    /// <param name="rule">The step rule; the sampling equation at η = 0 if null.</param>
    /// <param name="distance">The distance of (samples, full-stride samples); their root mean square difference if null.</param>
    /// <param name="seed">The seed of the random term.</param>
    public OutcomeSearch(
        NoiseSchedule schedule,
        IDenoiser denoiser,
        Tensor start,
        StepRule? rule = null,
        Func<Tensor, Tensor, double>? distance = null,
        int seed = 0)
    {
        this.schedule = schedule;
        this.denoiser = denoiser;
        this.start = start;
        this.rule = rule;
        this.seed = seed;
        target = new Sampler(schedule, Stride.Full, rule).Run(denoiser, start, seed).Sample.DetachFromDisposeScope();
        this.distance = samples => (distance ?? RootMeanSquare)(samples, target);
    }

    /// <summary>The distance of a stride's samples to the full stride's.</summary>
    /// <param name="stride">The stride.</param>
    public double Distance(Stride stride)
    {
        using Tensor samples = new Sampler(schedule, stride, rule).Run(denoiser, start, seed).Sample;
        return distance(samples);
    }

    /// <summary>
    /// Starts from the best of the candidates and moves one timestep at a time, by 64, 32, … 1, as long as the distance falls.
    /// </summary>
    /// <param name="candidates">Strides of the same number of timesteps, at least one.</param>
    /// <param name="freeStart">
    /// Whether τ_K may fall below T too. The samples then start from pure noise at a level that still holds signal, and the
    /// distance counts what that costs.
    /// </param>
    /// <param name="progress">Told each improvement.</param>
    /// <param name="cancellation">Ends the search; what it has found by then is returned.</param>
    /// <returns>A stride that no such move improves.</returns>
    /// <exception cref="InvalidInputException">There is no candidate, or their numbers of timesteps differ.</exception>
    public OptimalStride Search(
        IEnumerable<Stride> candidates,
        bool freeStart = false,
        IProgress<OptimalStride>? progress = null,
        CancellationToken cancellation = default)
    {
        int[][] starts =
        [
            .. candidates.Select(stride => stride.Timesteps(schedule).ToArray())
                .Where(timesteps => freeStart || timesteps[^1] == schedule.T),
        ];
        if (starts.Length == 0 || starts.Any(timesteps => timesteps.Length != starts[0].Length))
        {
            throw new InvalidInputException(
                "candidates", starts.Length == 0 ? "none that starts at T" : "strides of different lengths",
                "strides of one length, at least one");
        }

        var known = new Dictionary<string, double>();
        int[] best = starts.MinBy(Measure)!;
        double least = Measure(best);
        foreach (int move in Moves)
        {
            for (bool moved = true; moved && !cancellation.IsCancellationRequested;)
            {
                moved = false;
                for (int k = 0; k < (freeStart ? best.Length : best.Length - 1) && !cancellation.IsCancellationRequested; k++)
                {
                    foreach (int to in new[] { best[k] - move, best[k] + move })
                    {
                        int low = k == 0 ? 1 : best[k - 1] + 1, high = k == best.Length - 1 ? schedule.T : best[k + 1] - 1;
                        if (to < low || to > high)
                        {
                            continue;
                        }

                        int[] trial = [.. best];
                        trial[k] = to;
                        double measured = Measure(trial);
                        if (measured < least)
                        {
                            (best, least, moved) = (trial, measured, true);
                            progress?.Report(new(Stride.Custom(best), best.Length, least));
                        }
                    }
                }
            }
        }

        return new(Stride.Custom(best), best.Length, least);

        double Measure(int[] timesteps)
        {
            string key = string.Join(',', timesteps);
            if (!known.TryGetValue(key, out double measured))
            {
                known[key] = measured = Distance(Stride.Custom(timesteps));
            }

            return measured;
        }
    }

    /// <inheritdoc/>
    public void Dispose() => target.Dispose();

    private static double RootMeanSquare(Tensor samples, Tensor target)
    {
        using var scope = NewDisposeScope();
        return Math.Sqrt(samples.Plus(target, -1).to(ScalarType.Float64).Squared().mean().item<double>());
    }
}
