namespace Diffusion;

/// <summary>What a <see cref="SampleJudge"/> found about a set of samples.</summary>
/// <param name="SlicedWasserstein">The distance to the training set along 64 directions.</param>
/// <param name="NearestTraining">Each sample's distance to the nearest training sample; 0 is a copy.</param>
/// <param name="Frechet">The Fréchet distance of their features to the training set's; null without a classifier.</param>
/// <param name="ClassAgreement">The part that the classifier gives the class asked for; null where none was.</param>
public sealed record SampleScores(double SlicedWasserstein, IReadOnlyList<double> NearestTraining, double? Frechet, double? ClassAgreement);
