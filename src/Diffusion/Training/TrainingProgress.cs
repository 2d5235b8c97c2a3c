namespace Diffusion;

/// <summary>Where a training stands after an update.</summary>
/// <param name="Step">The updates so far.</param>
/// <param name="Steps">The updates there will be.</param>
/// <param name="Loss">The weighted MSE over the batch of this update.</param>
/// <param name="LearningRate">The learning rate of this update.</param>
/// <param name="GradientNorm">The norm of the gradient before it was clipped.</param>
/// <param name="SamplesPerSecond">Samples (pictures, points) a second, over the last updates.</param>
/// <param name="Elapsed">The time this run has taken.</param>
public readonly record struct TrainingProgress(
    int Step, int Steps, double Loss, double LearningRate, double GradientNorm, double SamplesPerSecond, TimeSpan Elapsed)
{
    /// <summary>How long the rest takes at this rate.</summary>
    public TimeSpan TimeLeft { get; init; }
}
