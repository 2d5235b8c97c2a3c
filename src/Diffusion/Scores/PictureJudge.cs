using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Scores pictures against a training set, with held-out pictures as the yardstick: they come from the data itself, and no
/// network can be asked to be nearer. Judge samples in sets of <see cref="Count"/>, for distances depend on the count.
/// </summary>
public sealed class PictureJudge : IDisposable
{
    private readonly Tensor training;
    private readonly FeatureClassifier? classifier;
    private readonly Tensor? trainingFeatures;

    /// <summary>Prepares to judge; a labelled data set gets a classifier, trained on its training part.</summary>
    /// <param name="training">Pictures that a network was trained on; they must outlive the judge.</param>
    /// <param name="heldOut">Pictures of the same kind that it was not.</param>
    /// <param name="mostHeldOut">At most so many of them are used.</param>
    /// <param name="seed">The classifier's seed.</param>
    /// <param name="report">Told the step and the loss of the classifier's training, now and then.</param>
    /// <exception cref="InvalidInputException">The data sets are no pictures, or not alike.</exception>
    public PictureJudge(DataSet training, DataSet heldOut, int mostHeldOut = 2000, int seed = 1, Action<int, double>? report = null)
    {
        if (!training.ArePictures || !heldOut.ArePictures)
        {
            throw new InvalidInputException("data", training.Name, "pictures");
        }

        this.training = training.Samples;
        if (training.Labels is { } labels)
        {
            classifier = FeatureClassifier.Train(training.Samples, labels, seed, report: report);
            trainingFeatures = classifier.Features(training.Samples).DetachFromDisposeScope();
        }

        Count = Math.Min(heldOut.Count, mostHeldOut);
        using var scope = NewDisposeScope();
        HeldOut = Score(heldOut.Samples.narrow(0, 0, Count), heldOut.Labels?.narrow(0, 0, Count));
    }

    /// <summary>The number of held-out pictures that were judged, and so of samples to judge at once.</summary>
    public int Count { get; }

    /// <summary>The scores of the held-out pictures.</summary>
    public PictureScores HeldOut { get; }

    /// <summary>Scores pictures.</summary>
    /// <param name="pictures">[N, C, H, W] from −1 to 1, at least two; what lies outside is clipped.</param>
    /// <param name="labels">[N] in int64, the classes that were asked for; null where none were.</param>
    /// <exception cref="InvalidInputException">The shape is not the training pictures', or a number is not finite.</exception>
    public PictureScores Score(Tensor pictures, Tensor? labels = null)
    {
        using var scope = NewDisposeScope();
        if (!pictures.isfinite().all().item<bool>())
        {
            throw new InvalidInputException("pictures", "NaN or an infinity", "finite numbers");
        }

        var clipped = pictures.detach().cpu().to(ScalarType.Float32).clamp(-1, 1);
        double[] nearest = NearestNeighbour.Distances(clipped, training);
        return new(
            (int)pictures.shape[0],
            SlicedWasserstein.Distance(clipped, training),
            classifier is null ? null : FrechetDistance.Between(classifier.Features(clipped), trainingFeatures!),
            classifier is null || labels is null ? null : classifier.Agreement(clipped, labels),
            Interval.OfMean(nearest),
            nearest.Min());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        classifier?.Dispose();
        trainingFeatures?.Dispose();
    }
}
