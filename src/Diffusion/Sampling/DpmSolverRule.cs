using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// DPM-Solver++(2M), the second-order multistep solver in x̂0 (Lu et al. 2022, «DPM-Solver++», algorithm 2). One denoiser
/// call a step: the second order comes from the estimate of the step before, so the first step is of first order, and so
/// is the last, where λ is infinite.
/// </summary>
/// <remarks>
/// The paper's α, σ and λ are √ᾱ, √(1−ᾱ) and log(α/σ), half the log-SNR. Its line 9,
/// x_i = (σ_i/σ_{i−1})·x_{i−1} − α_i·(e^(−h_i) − 1)·D_i, is the sampling equation at η = 0 with D_i for x̂0, since
/// e^(−h_i) = (α_{i−1}/σ_{i−1})·(σ_i/α_i).
/// </remarks>
public sealed record DpmSolverRule : StepRule
{
    /// <inheritdoc/>
    public override string Name => "dpm++2m";

    internal override double Eta => 0;

    internal override Prediction Estimate(Tensor x, Transition transition, SamplingRun run)
    {
        Tensor sample = run.EstimatedSample(x, transition.From);
        Tensor d = run.PreviousEstimate is { } before && !TouchesAnEnd(transition)
            ? SecondOrder(sample, transition, before.Sample, before.Transition)
            : sample.alias();
        run.PreviousEstimate = (transition, sample);
        return new(PredictionTarget.Sample, d);
    }

    /// <summary>Lines 7 and 8: r_i = h_{i−1}/h_i and D_i = (1 + 1/(2r_i))·x̂0(x_{i−1}) − 1/(2r_i)·x̂0(x_{i−2}).</summary>
    private static Tensor SecondOrder(Tensor sample, Transition transition, Tensor sampleBefore, Transition transitionBefore)
    {
        double r = H(transitionBefore) / H(transition);
        return Combine(1 + 1 / (2 * r), sample, -1 / (2 * r), sampleBefore);
    }

    /// <summary>h_i = λ_i − λ_{i−1}.</summary>
    private static double H(Transition transition) => (transition.To.LogSnr - transition.From.LogSnr) / 2;
}
