using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>Finds strides for one schedule and one denoiser, under every objective. Any number of threads may ask it.</summary>
/// <remarks>
/// What it searches with (data, starts, noise) is drawn from the search seed alone. To score what it finds, take other seeds.
/// </remarks>
public sealed class StrideFinder
{
    // One dynamic program gives every shorter stride too, so that all usual lengths cost one search.
    private const int UsualCount = 100;

    private readonly Func<int, SearchBatch> batch;
    private readonly string identity;
    private readonly StrideCache? cache;
    private readonly ConcurrentDictionary<string, StrongBox<IReadOnlyList<OptimalStride>>> known = new();

    /// <summary>For the exact denoiser of a mixture.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="mixture">The data.</param>
    /// <param name="seed">The search seed.</param>
    /// <param name="cache">Where found strides are kept; null for nowhere.</param>
    public StrideFinder(NoiseSchedule schedule, GaussianMixture mixture, int seed = 0, StrideCache? cache = null)
        : this(schedule, batchSeed => SearchBatch.Of(mixture, batchSeed), MixtureJson.Write(mixture), seed, cache)
    {
    }

    /// <summary>For any denoiser.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="batch">Draws what to search with from a seed, in the scope that is open.</param>
    /// <param name="identity">All that the batches depend on but the seed.</param>
    /// <param name="seed">The search seed.</param>
    /// <param name="cache">Where found strides are kept; null for nowhere.</param>
    internal StrideFinder(NoiseSchedule schedule, Func<int, SearchBatch> batch, string identity, int seed, StrideCache? cache)
    {
        Schedule = schedule;
        Seed = seed;
        this.batch = batch;
        this.identity = identity;
        this.cache = cache;
    }

    /// <summary>The noise schedule.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>The search seed.</summary>
    public int Seed { get; }

    /// <summary>The best stride of K timesteps.</summary>
    /// <param name="objective">What it is to be best at.</param>
    /// <param name="count">K, in 1..T.</param>
    /// <param name="rule">
    /// The step rule that the outcome is taken with; the sampling equation at η = 0 if null. Likelihood and trajectory are
    /// objectives of their own, the same for every rule.
    /// </param>
    /// <param name="progress">Told the part that is done, 0 to 1, where it is known.</param>
    /// <param name="cancellation">Ends the search, and nothing is kept.</param>
    /// <returns>The stride, and its cost under the objective.</returns>
    /// <exception cref="InvalidInputException">K lies outside 1..T.</exception>
    public OptimalStride Find(
        StrideObjective objective,
        int count,
        StepRule? rule = null,
        IProgress<double>? progress = null,
        CancellationToken cancellation = default)
    {
        InvalidInputException.Require(count >= 1 && count <= Schedule.T, "K", $"{count}", $"a number of timesteps in 1..{Schedule.T}");
        if (objective is StrideObjective.Likelihood or StrideObjective.Trajectory)
        {
            return ByDynamicProgram(objective, count, progress, cancellation) ?? throw new InvalidInputException(
                "K", $"{count}", $"a number of timesteps for which {objective} allows a stride: each of {count} has a jump that it forbids");
        }

        return Cached(
            $"{objective} {count} {rule ?? new SamplingEquationRule()}",
            () => [SearchByOutcome(objective, count, rule, progress, cancellation)])[0];
    }

    private OptimalStride? ByDynamicProgram(
        StrideObjective objective, int count, IProgress<double>? progress, CancellationToken cancellation)
    {
        int maxCount = Math.Min(Schedule.T, count <= UsualCount ? UsualCount : Schedule.T);
        return Cached($"{objective} {maxCount}", () => SolveByDynamicProgram(objective, maxCount, progress, cancellation))
            .FirstOrDefault(stride => stride.Count == count);
    }

    private IReadOnlyList<OptimalStride> SolveByDynamicProgram(
        StrideObjective objective, int maxCount, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        SearchBatch with = batch(Seed);

        // A cost for each jump; and for the trajectory the products of any two timesteps, twice each, and every timestep's terms.
        double pairs = (double)Schedule.T * Schedule.T, terms = 3.0 * Schedule.T * with.Start.numel();
        AvailableMemory.Require(nameof(Schedule.T), $"the jumps between {Schedule.T} timesteps",
            sizeof(double) * (objective == StrideObjective.Likelihood ? pairs / 2 : 4.5 * pairs + terms));
        var part = new Part(progress, Schedule.T);
        var denoiser = new Cancellable(with.Denoiser, cancellation);
        JumpCosts costs = objective == StrideObjective.Likelihood
            ? LikelihoodObjective.Costs(Schedule, LikelihoodObjective.Errors(Schedule, denoiser, with.Data, Seed + SeedOffset.Noise, part))
            : TrajectoryObjective.Costs(Schedule, denoiser, with.Start, progress: part);
        return costs.Optimal(maxCount);
    }

    private OptimalStride SearchByOutcome(
        StrideObjective objective, int count, StepRule? rule, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        SearchBatch with = batch(Seed);
        using var search = new OutcomeSearch(
            Schedule, new Cancellable(with.Denoiser, cancellation), with.Start, rule, SlicedWasserstein.Distance, Seed + SeedOffset.Noise);
        bool freeStart = objective == StrideObjective.OutcomeFreeStart;

        // What a start at T reaches, a free one must reach too.
        IEnumerable<OptimalStride?> before =
        [
            ByDynamicProgram(StrideObjective.Likelihood, count, progress, cancellation),
            ByDynamicProgram(StrideObjective.Trajectory, count, progress, cancellation),
            freeStart ? Find(StrideObjective.Outcome, count, rule, progress, cancellation) : null,
        ];
        Stride[] named =
            [Stride.Trailing(count), Stride.Uniform(count), Stride.Quadratic(count), Stride.LogSnr(count), Stride.Karras(count)];
        IEnumerable<Stride> candidates = named.Where(stride => stride.Timesteps(Schedule).Count == count)
            .Concat(before.OfType<OptimalStride>().Select(other => other.Stride));
        OptimalStride found = search.Search(candidates, freeStart, cancellation: cancellation);

        // The search ends early without a word.
        cancellation.ThrowIfCancellationRequested();
        return found;
    }

    /// <summary>What this finder or any that shares the cache has found; threads that ask for the same wait for one search.</summary>
    private IReadOnlyList<OptimalStride> Cached(string what, Func<IReadOnlyList<OptimalStride>> search)
    {
        StrongBox<IReadOnlyList<OptimalStride>> found = known.GetOrAdd(what, _ => new());
        lock (found)
        {
            return found.Value ??= cache is null ? search() : cache.Get($"{what}\n{Schedule}\n{AlphaBars()}\n{identity}\n{Seed}", search);
        }
    }

    private string AlphaBars() => string.Join(' ', Enumerable.Range(1, Schedule.T).Select(t => Schedule.AlphaBar(t).ToString("R", null)));

    private sealed class Part(IProgress<double>? progress, int all) : IProgress<int>
    {
        public void Report(int value) => progress?.Report((double)value / all);
    }

    /// <summary>A network takes minutes for what a mixture does in a second: any call may be the last.</summary>
    private sealed class Cancellable(IDenoiser denoiser, CancellationToken cancellation) : IDenoiser
    {
        public Prediction Predict(Tensor x, NoiseLevel level)
        {
            cancellation.ThrowIfCancellationRequested();
            return denoiser.Predict(x, level);
        }
    }
}
