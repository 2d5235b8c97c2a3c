using System.Text.Json.Serialization;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>How to train a network.</summary>
public sealed record TrainingConfig
{
    /// <summary>How many updates.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Samples an update.</summary>
    [JsonPropertyName("batch")]
    public int BatchSize { get; init; } = 64;

    /// <summary>
    /// Samples that are computed together on one thread. The gradients of a batch's parts are added in order, so the losses do
    /// not depend on the number of threads.
    /// </summary>
    [JsonPropertyName("part")]
    public int MicroBatch { get; init; } = 16;

    /// <summary>The largest learning rate, after the warm-up.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Updates until the learning rate is at its largest.</summary>
    [JsonPropertyName("warmUp")]
    public int WarmupSteps { get; init; } = 200;

    /// <summary>The weight decay of AdamW (Loshchilov &amp; Hutter 2019), on kernels and matrices only.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The largest norm of the gradient; a longer one is scaled down to it.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>How much of the averaged weights an update keeps, in the long run.</summary>
    [JsonPropertyName("averageDecay")]
    public double EmaDecay { get; init; } = 0.999;

    /// <summary>Which noise levels to draw.</summary>
    public NoiseLevelDistribution Levels { get; init; } = NoiseLevelDistribution.Cosine;

    /// <summary>
    /// γ of min-SNR weighting (Hang et al. 2023), which bounds the weight of nearly clean samples; null for the plain MSE.
    /// </summary>
    [JsonPropertyName("minSnr")]
    public double? MinSnrGamma { get; init; }

    /// <summary>
    /// The probability that a label is hidden, so that the network learns the unconditional answer too (Ho &amp; Salimans 2022).
    /// </summary>
    [JsonPropertyName("hideLabel")]
    public double LabelDropout { get; init; } = 0.1;

    /// <summary>The type to compute in; master weights and their updates are always float32.</summary>
    [JsonPropertyName("compute")]
    public ScalarType Precision { get; init; } = Precisions.Fastest;

    /// <summary>Equal seeds give equal trainings.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The learning rate of an update: a straight line up to <see cref="LearningRate"/> over the warm-up, then half a
    /// cosine down to 0 (Loshchilov &amp; Hutter 2017).
    /// </summary>
    /// <param name="step">The number of the update, from 1.</param>
    public double LearningRateAt(int step)
    {
        if (step <= WarmupSteps)
        {
            return LearningRate * step / WarmupSteps;
        }

        double done = (double)(step - WarmupSteps) / Math.Max(1, Steps - WarmupSteps);
        return LearningRate * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, done)));
    }

    /// <summary>What the squared error of a prediction is multiplied with.</summary>
    /// <param name="target">What the network predicts.</param>
    /// <param name="level">The noise level.</param>
    /// <returns>
    /// 1 without min-SNR; otherwise min(SNR, γ) on x0's error, which is min(SNR, γ)/SNR on ε's and min(SNR, γ)/(SNR + 1)
    /// on v's (Hang et al. 2023, eqs. 6 to 8).
    /// </returns>
    public double Weight(PredictionTarget target, NoiseLevel level) =>
        MinSnrGamma is not { } gamma ? 1 : Math.Min(level.Snr, gamma) * target switch
        {
            PredictionTarget.Sample => 1,
            PredictionTarget.Noise => 1 / level.Snr,
            _ => 1 / (level.Snr + 1),
        };

    internal void Validate()
    {
        Require(Steps is > 0 and <= 100_000_000, nameof(Steps), Steps, "1 to 100000000");
        Require(BatchSize is > 0 and <= 65_536, nameof(BatchSize), BatchSize, "1 to 65536");
        Require(MicroBatch is > 0 and <= 65_536, nameof(MicroBatch), MicroBatch, "1 to 65536");
        Require(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "a number above 0, 1 at most");
        Require(WarmupSteps >= 0, nameof(WarmupSteps), WarmupSteps, "0 or more");
        Require(WeightDecay is >= 0 and <= 1, nameof(WeightDecay), WeightDecay, "a number in [0, 1]");
        Require(GradientClip > 0, nameof(GradientClip), GradientClip, "a number above 0");
        Require(EmaDecay is >= 0 and < 1, nameof(EmaDecay), EmaDecay, "a number in [0, 1)");
        Require(MinSnrGamma is null or (> 0 and < double.PositiveInfinity),
            nameof(MinSnrGamma), MinSnrGamma, "a number above 0, or nothing");
        Require(LabelDropout is >= 0 and <= 1, nameof(LabelDropout), LabelDropout, "a number in [0, 1]");
        Require(Precision is ScalarType.Float32 or ScalarType.BFloat16, nameof(Precision), Precision, "Float32 or BFloat16");

        static void Require(bool holds, string field, object? got, string takes) =>
            InvalidInputException.Require(holds, field, FormattableString.Invariant($"{got}"), takes);
    }
}
