using static TorchSharp.torch;

namespace Diffusion;

/// <summary>How to train a network.</summary>
public sealed record TrainingPlan
{
    /// <summary>How many updates.</summary>
    public int Steps { get; init; } = 10_000;

    /// <summary>Samples an update.</summary>
    public int Batch { get; init; } = 64;

    /// <summary>
    /// Samples that are computed together on one thread. The parts of a batch are added in order, so the losses do not
    /// depend on the number of threads.
    /// </summary>
    public int Part { get; init; } = 16;

    /// <summary>The largest learning rate, after the warm-up.</summary>
    public double LearningRate { get; init; } = 1e-3;

    /// <summary>Updates until the learning rate is at its largest.</summary>
    public int WarmUp { get; init; } = 200;

    /// <summary>The weight decay of AdamW (Loshchilov &amp; Hutter 2019), on kernels and matrices only.</summary>
    public double WeightDecay { get; init; } = 0.01;

    /// <summary>The largest norm of the gradient; a longer one is scaled down to it.</summary>
    public double GradientClip { get; init; } = 1;

    /// <summary>How much of the averaged weights an update keeps, in the long run.</summary>
    public double AverageDecay { get; init; } = 0.999;

    /// <summary>Which noise levels to draw.</summary>
    public LevelDistribution Levels { get; init; } = LevelDistribution.Cosine;

    /// <summary>γ of min-SNR weighting (Hang et al. 2023), which bounds the weight of nearly clean samples; null for the plain MSE.</summary>
    public double? MinSnr { get; init; }

    /// <summary>The probability that a label is hidden, so that the network learns the unconditional answer too (Ho &amp; Salimans 2022).</summary>
    public double HideLabel { get; init; } = 0.1;

    /// <summary>The type to compute in; master weights and their updates are always float32.</summary>
    public ScalarType Compute { get; init; } = ComputeType.Fastest;

    /// <summary>Equal seeds give equal trainings.</summary>
    public int Seed { get; init; }

    /// <summary>
    /// The learning rate of an update: a straight line up to <see cref="LearningRate"/> over the warm-up, then half a
    /// cosine down to 0 (Loshchilov &amp; Hutter 2017).
    /// </summary>
    /// <param name="step">The number of the update, from 1.</param>
    public double LearningRateAt(int step)
    {
        if (step <= WarmUp)
        {
            return LearningRate * step / WarmUp;
        }

        double done = (double)(step - WarmUp) / Math.Max(1, Steps - WarmUp);
        return LearningRate * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(1, done)));
    }

    /// <summary>What the squared error of a prediction is multiplied with.</summary>
    /// <param name="target">What the network predicts.</param>
    /// <param name="level">The noise level.</param>
    /// <returns>
    /// 1 without min-SNR; otherwise min(SNR, γ) on x0's error, which is min(SNR, γ)/SNR on ε's and min(SNR, γ)/(SNR + 1)
    /// on v's (Hang et al. 2023, eqs. 6 to 8).
    /// </returns>
    public double Weight(PredictionTarget target, NoiseLevel level) => MinSnr is not { } gamma ? 1 : Math.Min(level.Snr, gamma) * target switch
    {
        PredictionTarget.Sample => 1,
        PredictionTarget.Noise => 1 / level.Snr,
        _ => 1 / (level.Snr + 1),
    };

    internal void Validate()
    {
        Require(Steps is > 0 and <= 100_000_000, nameof(Steps), Steps, "1 to 100000000");
        Require(Batch is > 0 and <= 65_536, nameof(Batch), Batch, "1 to 65536");
        Require(Part is > 0 and <= 65_536, nameof(Part), Part, "1 to 65536");
        Require(LearningRate is > 0 and <= 1, nameof(LearningRate), LearningRate, "a number above 0, 1 at most");
        Require(WarmUp >= 0, nameof(WarmUp), WarmUp, "0 or more");
        Require(WeightDecay is >= 0 and <= 1, nameof(WeightDecay), WeightDecay, "a number in [0, 1]");
        Require(GradientClip > 0, nameof(GradientClip), GradientClip, "a number above 0");
        Require(AverageDecay is >= 0 and < 1, nameof(AverageDecay), AverageDecay, "a number in [0, 1)");
        Require(MinSnr is null or (> 0 and < double.PositiveInfinity), nameof(MinSnr), MinSnr, "a number above 0, or nothing");
        Require(HideLabel is >= 0 and <= 1, nameof(HideLabel), HideLabel, "a number in [0, 1]");
        Require(Compute is ScalarType.Float32 or ScalarType.BFloat16, nameof(Compute), Compute, "Float32 or BFloat16");

        static void Require(bool holds, string field, object? got, string takes)
        {
            if (!holds)
            {
                throw new InvalidInputException(field, FormattableString.Invariant($"{got}"), takes);
            }
        }
    }
}
