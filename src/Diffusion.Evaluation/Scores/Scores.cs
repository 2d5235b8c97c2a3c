namespace Diffusion.Evaluation;

/// <summary>How one set of samples stands to the truth.</summary>
/// <param name="Values">Each score under the name of its <see cref="Metric"/>; what cannot be said of the samples is not there.</param>
/// <param name="NearestTraining">Each sample's distance to the nearest training sample; empty where there is no training set.</param>
public sealed record Scores(IReadOnlyDictionary<string, double> Values, IReadOnlyList<double> NearestTraining)
{
    /// <summary>One of the scores.</summary>
    /// <param name="metric">Its name.</param>
    public double this[string metric] => Values[metric];
}
