using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Scores samples against a training set. Held-out data scored the same way is the yardstick: it comes from where the
/// training set comes from, and no network can be asked to be nearer. Compare only sets of equal counts, for few samples
/// make every distance larger.
/// </summary>
public sealed class SampleJudge : IDisposable
{
    private readonly DataSet training;
    private readonly FeatureClassifier? classifier;
    private readonly Tensor? trainingFeatures;

    /// <summary>Prepares to judge; labelled pictures get a classifier, trained on them.</summary>
    /// <param name="training">What a network was trained on; it must outlive the judge.</param>
    /// <param name="seed">The classifier's seed.</param>
    /// <param name="steps">The classifier's steps of training.</param>
    /// <param name="report">Told the step and the loss of the classifier's training, now and then.</param>
    public SampleJudge(DataSet training, int seed = 1, int steps = FeatureClassifier.DefaultSteps, Action<int, double>? report = null)
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
    public SampleScores Score(Tensor samples, Tensor? labels = null)
    {
        using var scope = NewDisposeScope();
        if (!samples.isfinite().all().item<bool>())
        {
            throw new InvalidInputException("samples", "NaN or an infinity", "finite numbers");
        }

        var judged = samples.detach().cpu().to(ScalarType.Float32);
        if (training.ArePictures)
        {
            // A copy first: the samples are the caller's.
            judged = judged.clone().ClampInPlace(1);
        }

        return new(
            SlicedWasserstein.Distance(judged, training.Samples),
            NearestNeighbour.Distances(judged, training.Samples),
            classifier is null ? null : FrechetDistance.Between(classifier.Features(judged), trainingFeatures!),
            classifier is null || labels is null ? null : classifier.Agreement(judged, labels));
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        classifier?.Dispose();
        trainingFeatures?.Dispose();
    }
}
