using Diffusion.Comparing;
using Diffusion.Tracing;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Finds strides for one schedule and the exact denoiser of one mixture, under every objective.</summary>
/// <remarks>
/// What it searches with (data, starts, noise) is drawn from the search seed alone. To score what it finds, take other seeds.
/// </remarks>
/// <param name="schedule">The noise schedule.</param>
/// <param name="mixture">The data.</param>
/// <param name="seed">The search seed.</param>
/// <param name="cache">Where found strides are kept; null for nowhere.</param>
public sealed class StrideFinder(NoiseSchedule schedule, GaussianMixture mixture, int seed = 0, StrideCache? cache = null)
{
    /// <summary>How many samples a search averages over.</summary>
    public const int Samples = 2048;

    private const int Usual = 100;

    private readonly GaussianMixtureDenoiser denoiser = new(mixture);

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
            ? Programme(objective, Math.Min(schedule.T, count <= Usual ? Usual : schedule.T), progress).First(stride => stride.Count == count)
            : Cached($"{objective} {count} {rule ?? new SamplingEquationRule()}", () => [Outcome(objective, count, rule, progress, cancellation)])[0];
    }

    /// <summary>One dynamic programme gives the best stride of every length.</summary>
    private IReadOnlyList<OptimalStride> Programme(StrideObjective objective, int most, IProgress<double>? progress) => Cached($"{objective} {most}", () =>
    {
        using var scope = NewDisposeScope();
        var part = new Part(progress, schedule.T);
        JumpCosts costs = objective == StrideObjective.Likelihood
            ? LikelihoodObjective.Costs(schedule, LikelihoodObjective.Errors(schedule, denoiser, mixture.Sample(Samples, seed + SeedStream.Data), seed + SeedStream.Noise, part))
            : TrajectoryObjective.Costs(schedule, denoiser, Start(), progress: part);
        return costs.Optimal(most);
    });

    private OptimalStride Outcome(StrideObjective objective, int count, StepRule? rule, IProgress<double>? progress, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var search = new OutcomeSearch(schedule, denoiser, Start(), rule, SlicedWasserstein.Distance, seed + SeedStream.Noise);
        bool freeStart = objective == StrideObjective.OutcomeFreeStart;
        IEnumerable<Stride> candidates = Named(count)
            .Append(Find(StrideObjective.Likelihood, count, progress: progress).Stride)
            .Append(Find(StrideObjective.Trajectory, count, progress: progress).Stride);
        if (freeStart)
        {
            // What a start at T reaches, a free one must reach too.
            candidates = candidates.Append(Find(StrideObjective.Outcome, count, rule, progress, cancellation).Stride);
        }

        OptimalStride found = search.Search(candidates, freeStart, cancellation: cancellation);
        cancellation.ThrowIfCancellationRequested();
        return found;
    }

    private IEnumerable<Stride> Named(int count)
    {
        Stride[] named = [Stride.Trailing(count), Stride.Uniform(count), Stride.Quadratic(count), Stride.LogSnr(count), Stride.Karras(count)];
        return named.Where(stride => stride.Timesteps(schedule).Count == count);
    }

    private Tensor Start() => Sampler.Start([Samples, mixture.Dimensions], seed, ScalarType.Float64);

    private IReadOnlyList<OptimalStride> Cached(string what, Func<IReadOnlyList<OptimalStride>> search) => cache is null
        ? search()
        : cache.Get($"{what}\n{schedule}\n{string.Join(' ', Enumerable.Range(1, schedule.T).Select(t => schedule.AlphaBar(t).ToString("R", null)))}\n{MixtureJson.Write(mixture)}\n{seed}", search);

    private sealed class Part(IProgress<double>? progress, int all) : IProgress<int>
    {
        public void Report(int value) => progress?.Report((double)value / all);
    }
}
