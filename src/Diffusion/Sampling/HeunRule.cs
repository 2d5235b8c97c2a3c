using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// Heun's second-order step on the probability-flow ODE dx̄/dσ = (x̄ − D(x̄; σ))/σ, with x̄ = x/√ᾱ and
/// σ = √(1−ᾱ)/√ᾱ (Karras et al. 2022, algorithm 1; in algorithm 2 with no churn). Two denoiser calls a step, one at the
/// ends of the schedule.
/// </summary>
/// <remarks>D is the kit's x̂0, and the slope d = (x̄ − D)/σ is ε̂: Euler's step in σ is DDIM.</remarks>
public sealed record HeunRule : StepRule
{
    /// <inheritdoc/>
    public override string Name => "heun";

    internal override double Eta => 0;

    internal override Prediction Estimate(Tensor x, Transition transition, SamplingRun run)
    {
        // Line 4: d_i = (x̄_i − D(x̄_i; σ_i))/σ_i.
        using Prediction first = new(PredictionTarget.Sample, run.EstimatedSample(x, transition.From));

        // Line 6: no second call where σ_{i+1} = 0, nor where σ_i is infinite.
        if (TouchesAnEnd(transition))
        {
            return new(PredictionTarget.Sample, first.Value.alias());
        }

        // Line 5: x̄_{i+1} = x̄_i + (σ_{i+1} − σ_i)·d_i.
        Tensor next = SamplingEquation.Scaled(first.Value, first.EstimatedNoise(x, transition.From), transition, eta: 0);

        // Line 7: d'_i = (x̄_{i+1} − D(x̄_{i+1}; σ_{i+1}))/σ_{i+1}.
        Tensor second = run.EstimatedSample(next, transition.To);

        // Line 8: x̄_{i+1} = x̄_i + (σ_{i+1} − σ_i)·(½d_i + ½d'_i). That is line 5 once more with D + ½(σ_i/σ_{i+1})(D' − D)
        // for D, which keeps its digits where σ_i is in the thousands and ½d_i + ½d'_i would not.
        double half = 0.5 * Sigma(transition.From) / Sigma(transition.To);
        return new(PredictionTarget.Sample, first.Value.Plus(second.Plus(first.Value, -1).Times(half)));
    }

    private static double Sigma(NoiseLevel level) => level.NoiseRate / level.SignalRate;
}
