using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Fresh Gaussian noise for every step from one seed. Equal seeds give equal noise, on one thread or many.</summary>
/// <param name="seed">The seed.</param>
public sealed class SeededNoise(int seed) : INoiseSource, IDisposable
{
    private readonly Generator generator = new((ulong)seed, CPU);

    /// <inheritdoc/>
    public void Fill(int step, Tensor noise) => noise.normal_(0, 1, generator);

    /// <inheritdoc/>
    public void Dispose() => generator.Dispose();
}
