namespace Diffusion;

/// <summary>What a <see cref="PictureJudge"/> found about a set of pictures.</summary>
/// <param name="Count">How many pictures were judged.</param>
/// <param name="SlicedWasserstein">Their distance to the training pictures along 64 directions.</param>
/// <param name="Frechet">The Fréchet distance of their features to the training pictures'; null without a classifier.</param>
/// <param name="ClassAgreement">The part that the classifier gives the class asked for; null where none was.</param>
/// <param name="NearestTraining">The mean distance to the nearest training picture.</param>
/// <param name="LeastNearest">The least of those distances: 0 is a copy.</param>
public sealed record PictureScores(
    int Count, double SlicedWasserstein, double? Frechet, double? ClassAgreement, Interval NearestTraining, double LeastNearest);
