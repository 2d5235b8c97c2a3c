using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Noise that was drawn elsewhere: one tensor a step.</summary>
/// <param name="noises">One for each step, first step first, of the shape of the sample; they stay the caller's.</param>
public sealed class RecordedNoise(IReadOnlyList<Tensor> noises) : INoiseSource
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">There are fewer tensors than steps, or one has another shape than the sample.</exception>
    public void Fill(int step, Tensor noise)
    {
        if (step >= noises.Count)
        {
            throw new InvalidInputException("noise", $"{noises.Count} steps", $"one for each step; step {step + 1} has none");
        }

        TensorShapes.RequireSame(noises[step], noise, "noise", "the shape of the sample");
        noise.copy_(noises[step]);
    }
}
