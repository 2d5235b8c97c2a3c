using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that say how to train.</summary>
internal sealed class TrainingOptions
{
    private static readonly TrainingConfig Defaults = new();

    private readonly Option<int> batch = Options.WithDefault("--batch", Defaults.BatchSize, "Samples an update.");
    private readonly Option<double> rate = Options.WithDefault(
        "--learning-rate", Defaults.LearningRate, "The largest learning rate, between warm-up and cosine decay.");

    private readonly Option<int> warmUp = Options.WithDefault(
        "--warm-up", Defaults.WarmupSteps, "Updates until the learning rate is at its largest.");

    private readonly Option<double> average = Options.WithDefault(
        "--average", Defaults.EmaDecay, "How much of the averaged weights an update keeps.");

    private readonly Option<string> levels = Options.WithDefault(
        "--levels", $"{Defaults.Levels}", "Which noise levels to draw: cosine, cosine-1.5 (shifted by that log-SNR) or uniform:-8:8.");

    private readonly Option<double?> minSnr = new("--min-snr") { Description = "γ of min-SNR weighting; the plain MSE if absent." };
    private readonly Option<double> hideLabel = Options.WithDefault(
        "--hide-label", Defaults.LabelDropout, "The probability that a label is hidden, for guidance.");

    private readonly Option<string> precision = PrecisionOption.Create();
    private readonly Option<int> seed = Options.WithDefault("--seed", 0, "Equal seeds give equal trainings.");

    public Option<int> Steps { get; } = Options.WithDefault("--steps", Defaults.Steps, "How many updates.");

    public IEnumerable<Option> All => [Steps, batch, rate, warmUp, average, levels, minSnr, hideLabel, precision, seed];

    /// <summary>The configuration that the options say.</summary>
    /// <exception cref="InvalidInputException">A name is unknown.</exception>
    public TrainingConfig Read(ParseResult parsed) => new()
    {
        Steps = parsed.GetValue(Steps),
        BatchSize = parsed.GetValue(batch),
        LearningRate = parsed.GetValue(rate),
        WarmupSteps = parsed.GetValue(warmUp),
        EmaDecay = parsed.GetValue(average),
        Levels = NoiseLevelDistribution.Parse(parsed.GetValue(levels)!),
        MinSnrGamma = parsed.GetValue(minSnr),
        LabelDropout = parsed.GetValue(hideLabel),
        Precision = PrecisionOption.Read(parsed.GetValue(precision)!),
        Seed = parsed.GetValue(seed),
    };
}
