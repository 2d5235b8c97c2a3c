using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>
/// Scores samples against a training set. Held-out data scored the same way is what to hold them against: it comes from where
/// the training set comes from, and no network can be asked to be nearer. Compare only sets of equal counts, for few samples
/// make every distance larger.
/// </summary>
public sealed class Scorer : IDisposable
{
    /// <summary>The Fréchet distance of the samples' features to the training set's; labelled pictures have it.</summary>
    public static readonly Metric Frechet = new("frechet", "Fréchet");

    /// <summary>The distance to the training set along 64 directions.</summary>
    public static readonly Metric SlicedWasserstein = new("sliced_wasserstein", "sliced W1");

    /// <summary>The part that the classifier gives the class asked for.</summary>
    public static readonly Metric ClassAgreement = new("class_agreement", "class", Brief: true);

    /// <summary>The mean distance to the nearest training sample.</summary>
    public static readonly Metric NearestTraining = new("nearest_training", "nearest", Brief: true);

    /// <summary>The least of those distances; 0 is a copy.</summary>
    public static readonly Metric MinNearest = new("least_nearest", "least nearest");

    private readonly DataSet training;
    private readonly FeatureClassifier? classifier;
    private readonly Tensor? trainingFeatures;

    /// <summary>Prepares to score; labelled pictures get a classifier, trained on them.</summary>
    /// <param name="training">What a network was trained on; it must outlive the scorer.</param>
    /// <param name="seed">The classifier's seed.</param>
    /// <param name="steps">The classifier's steps of training.</param>
    /// <param name="report">Told the step and the loss of the classifier's training, now and then.</param>
    public Scorer(DataSet training, int seed = 1, int steps = FeatureClassifier.DefaultSteps, Action<int, double>? report = null)
    {
        this.training = training;
        if (training is { ArePictures: true, Labels: { } labels })
        {
            classifier = FeatureClassifier.Train(training.Samples, labels, seed, steps, report);
            trainingFeatures = classifier.Features(training.Samples).DetachFromDisposeScope();
        }
    }

    /// <summary>Scores samples.</summary>
    /// <param name="samples">[N, …] like the training samples, at least two; pictures are clipped to −1 to 1.</param>
    /// <param name="labels">[N] in int64, the classes that were asked for; null where none were.</param>
    /// <exception cref="InvalidInputException">The shape is not the training samples', or a number is not finite.</exception>
    public Scores Score(Tensor samples, Tensor? labels = null)
    {
        using var scope = NewDisposeScope();
        InvalidInputException.Require(samples.isfinite().all().item<bool>(), "samples", "NaN or an infinity", "finite numbers");
        var scored = samples.detach().cpu().to(ScalarType.Float32);
        if (training.ArePictures)
        {
            // A copy first: the samples are the caller's.
            scored = scored.clone().ClampInPlace(1);
        }

        double[] nearest = NearestNeighbour.Distances(scored, training.Samples);
        var values = new Dictionary<string, double>
        {
            [SlicedWasserstein.Name] = Evaluation.SlicedWasserstein.Distance(scored, training.Samples),
            [NearestTraining.Name] = nearest.Average(),
            [MinNearest.Name] = nearest.Min(),
        };
        if (classifier is not null)
        {
            values[Frechet.Name] = FrechetDistance.Between(classifier.Features(scored), trainingFeatures!);
            if (labels is not null)
            {
                values[ClassAgreement.Name] = classifier.Agreement(scored, labels);
            }
        }

        return new(values, nearest);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        classifier?.Dispose();
        trainingFeatures?.Dispose();
    }
}
