using System.Collections.Concurrent;
using System.Text.Json;
using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>A Gaussian mixture with its exact denoiser, scored against the truth.</summary>
/// <param name="mixture">The mixture.</param>
public sealed class MixtureBenchmark(GaussianMixture mixture) : Benchmark
{
    private const int EnergySamples = 2000;

    private readonly GaussianMixtureDenoiser denoiser = new(mixture);
    private readonly ConcurrentDictionary<(NoiseSchedule, int Samples, int Seed), Lazy<Tensor>> full = new();

    /// <summary>
    /// The metrics: sliced Wasserstein W1 and W2 to as many true samples; W1 to what DDIM at η = 0 makes of the same start
    /// noise when it visits every timestep; energy distance of the first 2000 samples to as many true ones; half the sum of
    /// |part of the samples in a mode − its weight|, the part that is in a wrong mode; the mean of log p(x) in nats.
    /// </summary>
    public override BenchmarkDescription Description { get; } = new(
        JsonSerializer.SerializeToElement(
            new { mixture = JsonReading.Document(MixtureJson.Write(mixture)).RootElement }, JsonReading.Options),
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

    internal override (Scores Scores, long Calls) Run(Sampler sampler, int samples, int seed)
    {
        using var scope = NewDisposeScope();
        Tensor ofFull = full.GetOrAdd((sampler.Schedule, samples, seed), _ => new(() =>
            new Sampler(sampler.Schedule).Run(denoiser, Start(samples, seed)).Sample.DetachFromDisposeScope())).Value;
        SamplingResult result = sampler.Run(denoiser, Start(samples, seed), seed + SeedOffset.Noise);
        return (Score(result.Sample, Truth(samples, seed), ofFull), result.Cost.DenoiserCalls);
    }

    /// <summary>True samples beside other true samples: what no sampler can be told from.</summary>
    internal override IReadOnlyList<Scores> Reference(int samples, int runs) => [.. Enumerable.Range(1, runs).Select(seed =>
    {
        using var scope = NewDisposeScope();
        Tensor truth = Truth(samples, seed);
        return Score(mixture.Sample(samples, seed + SeedOffset.OtherData), truth, truth);
    })];

    internal override SearchBatch DrawBatch(int seed) => SearchBatch.Of(mixture, seed);

    private Scores Score(Tensor samples, Tensor truth, Tensor ofFull)
    {
        long few = Math.Min(EnergySamples, samples.shape[0]);
        double[] modes = MixtureScores.ModeWeights(mixture, samples);
        return new(
            new Dictionary<string, double>
            {
                ["w1"] = SlicedWasserstein.Distance(samples, truth),
                ["w2"] = SlicedWasserstein.Distance(samples, truth, order: 2),
                ["w1_full"] = SlicedWasserstein.Distance(samples, ofFull),
                ["energy"] = EnergyDistance.Distance(samples.narrow(0, 0, few), truth.narrow(0, 0, few)),
                ["mode_error"] = modes.Zip(mixture.Weights, (got, weight) => Math.Abs(got - weight)).Sum() / 2,
                ["log_likelihood"] = MixtureScores.MeanLogLikelihood(mixture, samples),
            },
            NearestTraining: []);
    }

    private Tensor Start(int samples, int seed) => Noise.Gaussian([samples, mixture.Dimensions], seed, ScalarType.Float64);

    private Tensor Truth(int samples, int seed) => mixture.Sample(samples, seed + SeedOffset.Data);
}
