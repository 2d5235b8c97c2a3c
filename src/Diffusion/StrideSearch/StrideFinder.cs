using System.Collections.Concurrent;
using System.Runtime.CompilerServices;
using Diffusion.Comparing;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Finds strides for one schedule and one denoiser, under every objective. Any number of threads may ask it.</summary>
/// <remarks>
/// What it searches with (data, starts, noise) is drawn from the search seed alone. To score what it finds, take other seeds.
/// </remarks>
/// <param name="schedule">The noise schedule.</param>
/// <param name="subject">The denoiser and its data.</param>
/// <param name="seed">The search seed.</param>
/// <param name="cache">Where found strides are kept; null for nowhere.</param>
public sealed class StrideFinder(NoiseSchedule schedule, ComparisonSubject subject, int seed = 0, StrideCache? cache = null)
{
    /// <summary>The most samples that a search averages over: what it takes of a mixture, and of small samples of networks.</summary>
    public const int Samples = 2048;

    private const int Usual = 100;

    private readonly ConcurrentDictionary<string, StrongBox<IReadOnlyList<OptimalStride>>> known = new();

    /// <summary>For the exact denoiser of a mixture.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="mixture">The data.</param>
    /// <param name="seed">The search seed.</param>
    /// <param name="cache">Where found strides are kept; null for nowhere.</param>
    public StrideFinder(NoiseSchedule schedule, GaussianMixture mixture, int seed = 0, StrideCache? cache = null)
        : this(schedule, new MixtureSubject(mixture), seed, cache)
    {
    }

    /// <summary>The noise schedule.</summary>
    public NoiseSchedule Schedule => schedule;

    /// <summary>The search seed.</summary>
    public int Seed => seed;

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
        StrideObjective objective, int count, StepRule? rule = null, IProgress<double>? progress = null, CancellationToken cancellation = default)
    {
        if (count < 1 || count > schedule.T)
        {
            throw new InvalidInputException("K", $"{count}", $"a number of timesteps in 1..{schedule.T}");
        }

        return objective is StrideObjective.Likelihood or StrideObjective.Trajectory
            ? Programme(objective, Math.Min(schedule.T, count <= Usual ? Usual : schedule.T), progress, cancellation).First(stride => stride.Count == count)
            : Cached($"{objective} {count} {rule ?? new SamplingEquationRule()}", () => [Outcome(objective, count, rule, progress, cancellation)])[0];
    }

    /// <summary>One dynamic programme gives the best stride of every length.</summary>
    private IReadOnlyList<OptimalStride> Programme(StrideObjective objective, int most, IProgress<double>? progress, CancellationToken cancellation) => Cached($"{objective} {most}", () =>
    {
        using var scope = NewDisposeScope();
        SearchBatch batch = subject.Search(seed);
        var part = new Part(progress, schedule.T);
        var denoiser = new Cancellable(batch.Denoiser, cancellation);
        JumpCosts costs = objective == StrideObjective.Likelihood
            ? LikelihoodObjective.Costs(schedule, LikelihoodObjective.Errors(schedule, denoiser, batch.Data, seed + SeedStream.Noise, part))
            : TrajectoryObjective.Costs(schedule, denoiser, batch.Start, progress: part);
        return costs.Optimal(most);
    });

    private OptimalStride Outcome(StrideObjective objective, int count, StepRule? rule, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        SearchBatch batch = subject.Search(seed);
        using var search = new OutcomeSearch(schedule, new Cancellable(batch.Denoiser, cancellation), batch.Start, rule, SlicedWasserstein.Distance, seed + SeedStream.Noise);
        bool freeStart = objective == StrideObjective.OutcomeFreeStart;
        IEnumerable<Stride> candidates = Named(count)
            .Append(Find(StrideObjective.Likelihood, count, null, progress, cancellation).Stride)
            .Append(Find(StrideObjective.Trajectory, count, null, progress, cancellation).Stride);
        if (freeStart)
        {
            // What a start at T reaches, a free one must reach too.
            candidates = candidates.Append(Find(StrideObjective.Outcome, count, rule, progress, cancellation).Stride);
        }

        OptimalStride found = search.Search(candidates, freeStart, cancellation: cancellation);

        // The search ends early without a word.
        cancellation.ThrowIfCancellationRequested();
        return found;
    }

    private IEnumerable<Stride> Named(int count)
    {
        Stride[] named = [Stride.Trailing(count), Stride.Uniform(count), Stride.Quadratic(count), Stride.LogSnr(count), Stride.Karras(count)];
        return named.Where(stride => stride.Timesteps(schedule).Count == count);
    }

    /// <summary>What was found, by this finder or any that shares the cache; threads that ask for the same wait for one search.</summary>
    private IReadOnlyList<OptimalStride> Cached(string what, Func<IReadOnlyList<OptimalStride>> search)
    {
        StrongBox<IReadOnlyList<OptimalStride>> found = known.GetOrAdd(what, _ => new());
        lock (found)
        {
            return found.Value ??= cache is null
                ? search()
                : cache.Get($"{what}\n{schedule}\n{string.Join(' ', Enumerable.Range(1, schedule.T).Select(t => schedule.AlphaBar(t).ToString("R", null)))}\n{subject.Description.Identity.GetRawText()}\n{seed}", search);
        }
    }

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
