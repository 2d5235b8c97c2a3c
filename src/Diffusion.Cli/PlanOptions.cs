using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that say how to train.</summary>
internal sealed class PlanOptions
{
    private static readonly TrainingPlan s_defaults = new();

    private readonly Option<int> steps = new("--steps") { Description = "How many updates.", DefaultValueFactory = _ => s_defaults.Steps };
    private readonly Option<int> batch = new("--batch") { Description = "Samples an update.", DefaultValueFactory = _ => s_defaults.Batch };
    private readonly Option<double> rate = new("--learning-rate") { Description = "The largest learning rate, between warm-up and cosine decay.", DefaultValueFactory = _ => s_defaults.LearningRate };
    private readonly Option<int> warmUp = new("--warm-up") { Description = "Updates until the learning rate is at its largest.", DefaultValueFactory = _ => s_defaults.WarmUp };
    private readonly Option<double> average = new("--average") { Description = "How much of the averaged weights an update keeps.", DefaultValueFactory = _ => s_defaults.AverageDecay };
    private readonly Option<string> levels = new("--levels") { Description = "Which noise levels to draw: cosine, cosine-1.5 (shifted by that log-SNR) or uniform:-8:8.", DefaultValueFactory = _ => s_defaults.Levels.ToString() };
    private readonly Option<double?> minSnr = new("--min-snr") { Description = "γ of min-SNR weighting; the plain MSE if absent." };
    private readonly Option<double> hideLabel = new("--hide-label") { Description = "The probability that a label is hidden, for guidance.", DefaultValueFactory = _ => s_defaults.HideLabel };
    private readonly Option<string> compute = new("--compute") { Description = "fastest, float32 or bfloat16.", DefaultValueFactory = _ => "fastest" };
    private readonly Option<int> seed = new("--seed") { Description = "Equal seeds give equal trainings.", DefaultValueFactory = _ => 0 };

    public IEnumerable<Option> All => [steps, batch, rate, warmUp, average, levels, minSnr, hideLabel, compute, seed];

    /// <summary>The plan that the options say.</summary>
    /// <exception cref="InvalidInputException">A name is unknown.</exception>
    public TrainingPlan Read(ParseResult parsed) => new()
    {
        Steps = parsed.GetValue(steps),
        Batch = parsed.GetValue(batch),
        LearningRate = parsed.GetValue(rate),
        WarmUp = parsed.GetValue(warmUp),
        AverageDecay = parsed.GetValue(average),
        Levels = LevelDistribution.Parse(parsed.GetValue(levels)!),
        MinSnr = parsed.GetValue(minSnr),
        HideLabel = parsed.GetValue(hideLabel),
        Compute = ComputeOption.Read(parsed.GetValue(compute)!),
        Seed = parsed.GetValue(seed),
    };
}
