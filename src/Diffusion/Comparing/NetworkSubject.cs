using System.Text.Json;
using Diffusion.Files;
using Diffusion.Networks;
using static TorchSharp.torch;

namespace Diffusion.Comparing;

/// <summary>
/// A trained network, scored as <see cref="Evaluation"/> scores it: run i is its set i, so that <c>ddm evaluate</c> gives the
/// same numbers. The yardstick is held-out samples.
/// </summary>
public sealed class NetworkSubject : ComparisonSubject
{
    // A search asks the network for every timestep of this many samples: minutes for pictures of 16×16.
    private const long SearchNumbers = 8192;

    private readonly DenoisingNetwork network;
    private readonly double guidance;
    private readonly DataSet training;
    private readonly DataSet heldOut;
    private readonly Lazy<SampleJudge> judge;
    private readonly IReadOnlyList<(Score Score, Func<SampleScores, double> Of)> scores;

    /// <summary>Joins a network with the data that it was trained on.</summary>
    /// <param name="network">The network; it stays the caller's, must outlive the subject, and keep its type of computing.</param>
    /// <param name="data">The whole data set, which is divided here by the kit's own split.</param>
    /// <param name="guidance">As <see cref="DenoisingNetwork.Conditional(long, double)"/> has it; networks without classes take 1 only.</param>
    /// <param name="classifierSteps">Steps of training of the classifier whose features the Fréchet distance compares.</param>
    /// <param name="report">Told the step and the loss of the classifier's training, now and then.</param>
    /// <exception cref="InvalidInputException">The network does not fit the data, or cannot be guided.</exception>
    public NetworkSubject(
        DenoisingNetwork network, DataSet data, double guidance = 1, int classifierSteps = FeatureClassifier.DefaultSteps, Action<int, double>? report = null)
    {
        Evaluation.CheckFit(network, data, guidance);
        this.network = network;
        this.guidance = guidance;
        (training, heldOut) = data.Divide();
        judge = new(() => new SampleJudge(training, steps: classifierSteps, report: report));
        bool hasFeatures = data is { ArePictures: true, Labels: not null };
        (Score, Func<SampleScores, double>)[] ofFeatures = hasFeatures ? [(new("frechet", "Fréchet"), found => found.Frechet!.Value)] : [];
        (Score, Func<SampleScores, double>)[] ofClasses = hasFeatures && network.Classes > 0 ? [(new("class_agreement", "class", Brief: true), found => found.ClassAgreement!.Value)] : [];
        scores =
        [
            .. ofFeatures,
            (new("sliced_wasserstein", "sliced W1"), found => found.SlicedWasserstein),
            .. ofClasses,
            (new("nearest_training", "nearest", Brief: true), found => found.NearestTraining.Average()),
            (new("least_nearest", "least nearest"), found => found.NearestTraining.Min()),
        ];
        string weights = Fingerprint.Of(network.parameters());
        Description = new(
            JsonSerializer.SerializeToElement(new
            {
                network = new { configuration = NetworkFormat.Describe(network), sha256 = weights, compute = $"{network.Compute}", guidance },
                data = new { name = data.Name, shape = data.Samples.shape, sha256 = Fingerprint.Of(data.Labels is null ? [data.Samples] : [data.Samples, data.Labels]) },
                classifierSteps,
            }),
            $"A network of {network.ParameterCount} numbers ({weights[..8]}) that was trained on {data.Name}",
            "held-out samples",
            heldOut.Count,
            [.. scores.Select(score => score.Score)]);
    }

    /// <summary>The scores: those of <see cref="SampleScores"/> that the data and the network have.</summary>
    public override SubjectDescription Description { get; }

    /// <inheritdoc/>
    public override void Dispose()
    {
        if (judge.IsValueCreated)
        {
            judge.Value.Dispose();
        }

        training.Dispose();
        heldOut.Dispose();
    }

    internal override (RunScores Scores, long Calls) Run(ComparisonPlan plan, Sampler sampler, int seed)
    {
        var (found, calls) = Judged(plan).Samples(seed - 1, sampler, guidance);
        return (Row(found, seed), calls);
    }

    internal override IReadOnlyList<RunScores> Floor(ComparisonPlan plan)
    {
        Evaluation evaluation = Judged(plan);
        return [.. Enumerable.Range(0, evaluation.HeldOutSets).Select(set => Row(evaluation.HeldOut(set), set + 1))];
    }

    internal override SearchBatch Search(int seed)
    {
        using var generator = new Generator((ulong)(seed + SeedStream.Data), CPU);
        long numbers = training.Samples.numel() / training.Count, count = Math.Min(training.Count, Math.Clamp(SearchNumbers / numbers, 16, StrideFinder.Samples));
        Tensor places = randperm(training.Count, ScalarType.Int64, generator: generator).narrow(0, 0, count);
        IDenoiser denoiser = network.Classes == 0 ? network : network.Conditional(training.Labels!.index_select(0, places).data<long>().ToArray(), guidance);
        return new(denoiser, training.Samples.index_select(0, places), Sampler.Start([count, .. network.SampleShape], seed));
    }

    private Evaluation Judged(ComparisonPlan plan) => new(network, judge.Value, heldOut, plan.Samples, plan.Seeds);

    private RunScores Row(SampleScores found, int seed) => new(seed, [.. scores.Select(score => score.Of(found))]);
}
