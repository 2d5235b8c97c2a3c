using System.Globalization;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// How a sampler goes from x_t to x_s. Every rule is the sampling equation with its own idea of two things: the estimate
/// of the clean sample that goes into it, and how much noise comes fresh. Two rules of the same name are equal, and
/// <see cref="Parse"/> reads the name back.
/// </summary>
public abstract record StepRule
{
    private const string Forms =
        "ddim, ddim:0.5 (η in [0, 1]), ddpm, ddpm:large, ddpm:0.5 (between small and large), standard, closed, heun or dpm++2m";

    /// <summary>The name that tables and the command line use, such as <c>ddim:0.5</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Reads a rule's name: the inverse of <see cref="ToString"/>.</summary>
    /// <param name="text">
    /// <c>ddim</c> or <c>ddim:0.5</c> with η; <c>ddpm</c>, <c>ddpm:large</c> or <c>ddpm:0.5</c> with the place of the
    /// variance between β̃ and β; <c>standard</c>, <c>closed</c>, <c>heun</c> or <c>dpm++2m</c>.
    /// </param>
    /// <exception cref="InvalidInputException">The text is none of these, or its number lies outside [0, 1].</exception>
    public static StepRule Parse(string text)
    {
        string[] parts = text.Trim().Split(':', 2);
        return (parts[0], parts.ElementAtOrDefault(1)) switch
        {
            ("ddim", null) => new SamplingEquationRule(),
            ("ddim", { } number) when Number(number) is { } eta => new SamplingEquationRule(eta),
            ("ddpm", null or "small") => new AncestralRule(),
            ("ddpm", "large") => new AncestralRule(ReverseVariance.Large),
            ("ddpm", { } number) when Number(number) is { } v => AncestralRule.Between(v),
            ("standard", null) => new SequentialRule(),
            ("closed", null) => new ClosedFormRule(),
            ("heun", null) => new HeunRule(),
            ("dpm++2m", null) => new DpmSolverRule(),
            _ => throw new InvalidInputException("rule", $"\"{text}\"", Forms),
        };

        static double? Number(string text) =>
            double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double number) ? number : null;
    }

    /// <summary>The rule's name, which <see cref="Parse"/> reads.</summary>
    public sealed override string ToString() => Name;

    /// <summary>The η whose σ(η) the factor √(1−ᾱ_s−σ²) of ε̂ leaves room for.</summary>
    internal abstract double Eta { get; }

    /// <summary>The step as three numbers.</summary>
    internal abstract StepCoefficients Coefficients(Jump jump);

    /// <summary>Takes x from x_t to x_s, in place.</summary>
    /// <returns>The estimate that the step used: with it, the sampling equation gives x_s.</returns>
    internal virtual Prediction Step(Tensor x, Jump jump, SamplingRun run)
    {
        Prediction estimate = Estimate(x, jump, run);
        StepCoefficients step = jump.To == NoiseLevel.Clean ? StepCoefficients.ToClean : Coefficients(jump);
        step.Apply(x, estimate, jump.From);
        if (step.Random > 0)
        {
            run.AddNoise(x, step.Random);
        }

        return estimate;
    }

    /// <summary>What goes into the sampling equation: the denoiser's answer at x_t, unless a rule knows better.</summary>
    private protected virtual Prediction Estimate(Tensor x, Jump jump, SamplingRun run) => run.Predict(x, jump.From);

    /// <summary>
    /// Whether the jump starts at pure noise or ends at the clean sample. log-SNR is infinite there, and rules that
    /// divide by it step as the sampling equation does.
    /// </summary>
    private protected static bool TouchesAnEnd(Jump jump) =>
        double.IsInfinity(jump.From.LogSnr) || double.IsInfinity(jump.To.LogSnr);
}
