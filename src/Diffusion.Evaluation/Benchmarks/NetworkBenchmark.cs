using System.Text.Json;
using static Diffusion.Runtime.InvalidInputException;
using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// A trained network, whose samples are scored in sets as large as the held-out sets that are the reference. A network of classes is
/// asked for the classes of the held-out samples, so that both have the same share of each.
/// </summary>
public sealed class NetworkBenchmark : Benchmark
{
    private const int SamplesAtOnce = 64;

    private readonly DenoisingNetwork network;
    private readonly double guidance;
    private readonly DataSet training;
    private readonly DataSet heldOut;
    private readonly Lazy<Scorer> scorer;

    /// <summary>Joins a network with the data that it was trained on.</summary>
    /// <param name="network">The network; it stays the caller's, must outlive the benchmark, and keep its precision.</param>
    /// <param name="data">The whole data set, which is divided here by the kit's own split.</param>
    /// <param name="guidance">The weight of classifier-free guidance; networks without classes take 1 only.</param>
    /// <param name="classifierSteps">Steps of training of the classifier whose features the Fréchet distance compares.</param>
    /// <param name="report">Told the step and the loss of the classifier's training, now and then.</param>
    /// <exception cref="InvalidInputException">The network does not fit the data, or cannot be guided.</exception>
    public NetworkBenchmark(
        DenoisingNetwork network,
        DataSet data,
        double guidance = 1,
        int classifierSteps = FeatureClassifier.DefaultSteps,
        Action<int, double>? report = null)
    {
        RequireFit(network, data, guidance);
        this.network = network;
        this.guidance = guidance;
        (training, heldOut) = data.Divide();
        scorer = new(() => new Scorer(training, steps: classifierSteps, report: report));
        bool hasFeatures = data is { ArePictures: true, Labels: not null };
        string weights = Fingerprint.Of(network.parameters());
        Description = new(
            JsonSerializer.SerializeToElement(new
            {
                network = new
                {
                    configuration = NetworkFormat.Describe(network),
                    sha256 = weights,
                    compute = $"{network.Precision}",
                    guidance,
                },
                data = new
                {
                    name = data.Name,
                    shape = data.Samples.shape,
                    sha256 = Fingerprint.Of(data.Labels is null ? [data.Samples] : [data.Samples, data.Labels]),
                },
                classifierSteps,
            }, JsonReading.Options),
            $"A network of {network.ParameterCount} numbers ({weights[..8]}) that was trained on {data.Name}",
            "held-out samples",
            heldOut.Count,
            [
                .. hasFeatures ? [Scorer.Frechet] : Array.Empty<Metric>(),
                Scorer.SlicedWasserstein,
                .. hasFeatures && network.Classes > 0 ? [Scorer.ClassAgreement] : Array.Empty<Metric>(),
                Scorer.NearestTraining,
                Scorer.MinNearest,
            ]);
    }

    /// <summary>The metrics: those of <see cref="Scorer"/> that the data and the network have.</summary>
    public override BenchmarkDescription Description { get; }

    /// <summary>The scores of held-out samples.</summary>
    /// <param name="samples">Samples in a set.</param>
    /// <param name="runs">The most sets; there are as many as the held-out samples make without repetition.</param>
    internal override IReadOnlyList<Scores> Reference(int samples, int runs)
    {
        int sets = Math.Min(runs, heldOut.Count / samples);
        return [.. Enumerable.Range(0, sets).Select(set =>
        {
            using Tensor some = heldOut.Samples.narrow(0, set * samples, samples);
            using Tensor? labels = Labels(set, samples);
            return scorer.Value.Score(some, labels);
        })];
    }

    /// <summary>Refuses a sampler that this network cannot start with, before anything is drawn or scored.</summary>
    /// <exception cref="InvalidInputException">The sampler starts without any signal, and the network predicts noise.</exception>
    internal void RequireStart(Sampler sampler)
    {
        if (network.Target == PredictionTarget.Noise)
        {
            Prediction.RefusePureNoise(sampler.Schedule.Level(sampler.Timesteps[^1]));
        }
    }

    internal override (Scores Scores, long Calls) Run(Sampler sampler, int samples, int seed) => Run(sampler, samples, seed, set: seed - 1);

    /// <summary>Draws one set of samples and scores it.</summary>
    /// <param name="sampler">How to sample.</param>
    /// <param name="samples">Samples in a set.</param>
    /// <param name="seed">The set starts from the noise of this seed, whatever the sampler.</param>
    /// <param name="set">The held-out set whose classes are asked for, from 0; beyond the last it begins again.</param>
    /// <param name="report">Told how many samples of the set are drawn.</param>
    /// <returns>The scores, and the denoiser calls that one sample took.</returns>
    /// <exception cref="InvalidInputException">The network gave no finite samples.</exception>
    internal (Scores Scores, long Calls) Run(Sampler sampler, int samples, int seed, int set, Action<int>? report = null)
    {
        using var scope = NewDisposeScope();
        long calls = 0;
        Tensor? labels = network.Classes > 0 ? Labels(set % (heldOut.Count / samples), samples) : null;
        Tensor start = Noise.Gaussian([samples, .. network.SampleShape], seed), drawn = empty_like(start);
        for (int first = 0; first < samples; first += SamplesAtOnce)
        {
            using var block = NewDisposeScope();
            int count = Math.Min(SamplesAtOnce, samples - first);
            IDenoiser denoiser = Denoiser(labels?.narrow(0, first, count));
            SamplingResult result = sampler.Run(denoiser, start.narrow(0, first, count), SeedOffset.NoiseOfPart(seed, first));
            drawn.narrow(0, first, count).copy_(result.Sample);
            calls = result.Cost.DenoiserCalls;
            report?.Invoke(first + count);
        }

        return (scorer.Value.Score(drawn, labels), calls);
    }

    internal override SearchBatch DrawBatch(int seed)
    {
        using var generator = new Generator((ulong)(seed + SeedOffset.Data), CPU);
        long numbers = training.Samples.numel() / training.Count;
        long count = Math.Min(training.Count, Math.Clamp(SearchBatch.NetworkNumbers / numbers, 16, SearchBatch.MaxSamples));
        Tensor places = randperm(training.Count, ScalarType.Int64, generator: generator).narrow(0, 0, count);
        return new(
            Denoiser(network.Classes == 0 ? null : training.Labels!.index_select(0, places)),
            training.Samples.index_select(0, places),
            Noise.Gaussian([count, .. network.SampleShape], seed));
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (scorer.IsValueCreated)
        {
            scorer.Value.Dispose();
        }

        training.Dispose();
        heldOut.Dispose();
    }

    private static void RequireFit(DenoisingNetwork network, DataSet data, double guidance)
    {
        long[] got = data.Samples.shape[1..];
        IReadOnlyList<long> takes = network.SampleShape;
        Require(got.SequenceEqual(takes),
            "data", $"{data.Name} with samples of {string.Join("×", got)}", $"the network's samples of {string.Join("×", takes)}");
        Require(network.Classes == 0 || network.Classes == data.Classes.Count,
            "data", $"{data.Name} with {data.Classes.Count} classes", $"the network's {network.Classes} classes");
        Require(double.IsFinite(guidance) && (network.Classes > 0 || guidance == 1),
            "guidance", FormattableString.Invariant($"{guidance}"),
            network.Classes == 0 ? "1: this network was trained without classes" : "a finite number");
    }

    private IDenoiser Denoiser(Tensor? labels) =>
        labels is null ? network : network.Conditional(labels.data<long>().ToArray(), guidance);

    private Tensor? Labels(int set, int samples) => heldOut.Labels?.narrow(0, set * samples, samples);
}
