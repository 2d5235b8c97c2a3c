using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// The article's standard algorithm: x̂0 is noised again by the sequential process F, one forward step at a time from
/// the clean sample up to level s. It lands where the closed form lands, and makes T steps cost T(T−1)/2 forward steps.
/// </summary>
public sealed record SequentialRule : SamplingEquationRule
{
    /// <inheritdoc/>
    public override string Name => "standard";

    internal override Prediction Step(Tensor x, Jump jump, SamplingRun run)
    {
        Prediction prediction = run.Predict(x, jump.From);
        x.copy_(run.Renoise(prediction.EstimatedSample(x, jump.From), prediction.EstimatedNoise(x, jump.From)));
        return prediction;
    }
}
