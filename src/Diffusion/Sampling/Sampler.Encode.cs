using static TorchSharp.torch;

namespace Diffusion;

public sealed partial class Sampler
{
    /// <summary>
    /// Inversion: walks a clean sample up to the largest timestep along the same ODE, so that <see cref="Run(IDenoiser, Tensor, int)"/>
    /// leads back to it, up to the rule's own error (Song et al. 2021, sec. 4.3).
    /// </summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="clean">x_0, [N, …]; it is not changed.</param>
    /// <returns>x at the largest timestep. As many denoiser calls as the way down.</returns>
    /// <exception cref="InvalidInputException">The rule adds noise, or the largest timestep has ᾱ = 0.</exception>
    public SamplingResult Encode(IDenoiser denoiser, Tensor clean)
    {
        int top = Timesteps.Count;
        InvalidInputException.Require(Rule.Eta == 0, "rule", $"{Rule}", "a rule without noise for encoding, such as ddim, heun or dpm++2m");
        InvalidInputException.Require(chain.AlphaBar(top) > 0, "stride", $"ᾱ = 0 at timestep {Timesteps[^1]}",
            "a largest timestep with ᾱ above 0 for encoding: nothing of the sample is left at 0");

        using var scope = NewDisposeScope();
        using var run = new SamplingRun(Rule, chain, denoiser, new RecordedNoise([]), Clipping.For(clean));
        Tensor x = FirstStepUp(run, clean);
        for (int k = 1; k < top; k++)
        {
            using SamplingTerms terms = run.Step(x, k, k + 1);
            x.Dispose();
            x = terms.Next.alias();
        }

        return new(x.MoveToOuterDisposeScope(), run.Cost);
    }

    /// <summary>
    /// From the clean sample to level 1. The reverse of the last step down would be the x_1 whose x̂0 is x_0. With ε̂ asked at
    /// √ᾱ_1·x_0, x_1 = √ᾱ_1·x_0 + √(1−ᾱ_1)·ε̂ comes within O(1−ᾱ_1) of it; at ᾱ = 1 a denoiser has no answer.
    /// </summary>
    private Tensor FirstStepUp(SamplingRun run, Tensor clean)
    {
        using var noGradient = no_grad();
        NoiseLevel level = chain.Level(1);
        Tensor scaled = clean.Times(level.SignalRate);
        using Prediction prediction = run.Predict(scaled, level);
        return Combine(1, scaled, level.NoiseRate, prediction.EstimatedNoise(scaled, level));
    }
}
