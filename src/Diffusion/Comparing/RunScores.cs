namespace Diffusion.Comparing;

/// <summary>How the samples of one run stand to the truth.</summary>
/// <param name="Seed">The scoring seed.</param>
/// <param name="Values">The scores, in the order of <see cref="SubjectDescription.Scores"/>.</param>
public sealed record RunScores(int Seed, IReadOnlyList<double> Values)
{
    /// <summary>The first score, a distance to the truth: samplers are ranked by it.</summary>
    public double Distance => Values[0];
}
