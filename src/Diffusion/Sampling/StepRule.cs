using System.Globalization;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// How a sampler goes from x_t to x_s. Every rule is the <see cref="SamplingEquation"/> with its own estimate of the clean
/// sample, its own η and its own σ. Two rules of the same name are equal, and <see cref="Parse"/> reads the name back.
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

    /// <summary>The η of σ(η) under the root, √(1−ᾱ_s−σ(η)²).</summary>
    internal abstract double Eta { get; }

    /// <summary>σ, the factor of fresh noise: σ(η) unless a rule says otherwise. The step to the clean sample has none.</summary>
    internal virtual double Sigma(Transition transition) => Math.Sqrt(transition.Variance(Eta));

    /// <summary>Where x̂0 and ε̂ come from: the denoiser's answer at x_t, unless a rule knows better.</summary>
    internal virtual Prediction Estimate(Tensor x, Transition transition, SamplingRun run) => run.Predict(x, transition.From);

    /// <summary>√ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂, in one line unless a rule takes the long way.</summary>
    internal virtual Tensor Scaled(Tensor sample, Tensor noise, Transition transition, SamplingRun run) =>
        SamplingEquation.Scaled(sample, noise, transition, Eta);

    /// <summary>
    /// Whether the transition starts at pure noise or ends at the clean sample. log-SNR is infinite there, and rules that
    /// divide by it step as the sampling equation does.
    /// </summary>
    private protected static bool TouchesAnEnd(Transition transition) =>
        double.IsInfinity(transition.From.LogSnr) || double.IsInfinity(transition.To.LogSnr);
}
