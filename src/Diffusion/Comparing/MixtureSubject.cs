using System.Collections.Concurrent;
using System.Text.Json;
using Diffusion.Tracing;
using static TorchSharp.torch;

namespace Diffusion.Comparing;

/// <summary>A Gaussian mixture with its exact denoiser, scored against the truth.</summary>
/// <param name="mixture">The mixture.</param>
public sealed class MixtureSubject(GaussianMixture mixture) : ComparisonSubject
{
    private const int EnergySamples = 2000;

    private readonly GaussianMixtureDenoiser denoiser = new(mixture);
    private readonly ConcurrentDictionary<(NoiseSchedule, int Samples, int Seed), Lazy<Tensor>> full = new();

    /// <summary>
    /// The scores: sliced Wasserstein W1 and W2 to as many true samples; W1 to what DDIM at η = 0 makes of the same start
    /// noise when it visits every timestep; energy distance of the first 2000 samples to as many true ones; half the sum of
    /// |part of the samples in a mode − its weight|, the part that is in a wrong mode; the mean of log p(x) in nats.
    /// </summary>
    public override SubjectDescription Description { get; } = new(
        JsonSerializer.SerializeToElement(new { mixture = JsonSerializer.Deserialize<JsonElement>(MixtureJson.Write(mixture)) }),
        $"A mixture of {mixture.Count} Gaussians in {mixture.Dimensions} dimensions, and its exact denoiser",
        "true samples",
        10_000_000,
        [
            new("w1", "W1 to the truth"), new("w2", "W2"), new("w1_full", "W1 to full"), new("energy", "energy"),
            new("mode_error", "wrong mode", Brief: true), new("log_likelihood", "log p"),
        ]);

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (Lazy<Tensor> samples in full.Values.Where(samples => samples.IsValueCreated))
        {
            samples.Value.Dispose();
        }

        full.Clear();
    }

    internal override (RunScores Scores, long Calls) Run(ComparisonPlan plan, Sampler sampler, int seed)
    {
        using var scope = NewDisposeScope();
        Tensor reference = full.GetOrAdd((sampler.Schedule, plan.Samples, seed), _ => new(() =>
            new Sampler(sampler.Schedule).Run(denoiser, Start(plan.Samples, seed)).Sample.DetachFromDisposeScope())).Value;
        SamplingResult result = sampler.Run(denoiser, Start(plan.Samples, seed), seed + SeedStream.Noise);
        return (Score(result.Sample, Truth(plan.Samples, seed), reference, seed), result.Cost.DenoiserCalls);
    }

    /// <summary>True samples beside other true samples: what no sampler can be told from.</summary>
    internal override IReadOnlyList<RunScores> Floor(ComparisonPlan plan) => [.. Enumerable.Range(1, plan.Seeds).Select(seed =>
    {
        using var scope = NewDisposeScope();
        Tensor truth = Truth(plan.Samples, seed);
        return Score(mixture.Sample(plan.Samples, seed + SeedStream.OtherData), truth, truth, seed);
    })];

    internal override SearchBatch Search(int seed) =>
        new(denoiser, mixture.Sample(StrideFinder.Samples, seed + SeedStream.Data), Start(StrideFinder.Samples, seed));

    private RunScores Score(Tensor samples, Tensor truth, Tensor reference, int seed)
    {
        long few = Math.Min(EnergySamples, samples.shape[0]);
        return new(seed,
        [
            SlicedWasserstein.Distance(samples, truth),
            SlicedWasserstein.Distance(samples, truth, order: 2),
            SlicedWasserstein.Distance(samples, reference),
            EnergyDistance.Distance(samples.narrow(0, 0, few), truth.narrow(0, 0, few)),
            MixtureScores.ModeWeights(mixture, samples).Zip(mixture.Weights, (got, weight) => Math.Abs(got - weight)).Sum() / 2,
            MixtureScores.MeanLogLikelihood(mixture, samples),
        ]);
    }

    private Tensor Start(int samples, int seed) => Sampler.Start([samples, mixture.Dimensions], seed, ScalarType.Float64);

    private Tensor Truth(int samples, int seed) => mixture.Sample(samples, seed + SeedStream.Data);
}
