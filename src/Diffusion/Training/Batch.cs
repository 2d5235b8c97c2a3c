using static TorchSharp.torch;

namespace Diffusion.Training;

/// <summary>One update's draw.</summary>
/// <param name="Samples">x0, [N, …].</param>
/// <param name="Noise">ε, [N, …].</param>
/// <param name="Levels">N noise levels.</param>
/// <param name="Labels">[N], hidden ones as the number of classes; null without labels.</param>
internal sealed record Batch(Tensor Samples, Tensor Noise, NoiseLevel[] Levels, Tensor? Labels) : IDisposable
{
    public void Dispose()
    {
        Samples.Dispose();
        Noise.Dispose();
        Labels?.Dispose();
    }
}
