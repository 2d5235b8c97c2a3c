using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Gaussian noise.</summary>
public static class Noise
{
    /// <summary>z ~ N(0, I): a sampler's start x_T, or the ε of the forward process.</summary>
    /// <param name="shape">[N, …].</param>
    /// <param name="seed">Equal seeds give equal noise.</param>
    /// <param name="type">Float32 by default.</param>
    /// <returns>A new tensor that the caller owns.</returns>
    public static Tensor Gaussian(long[] shape, int seed, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator((ulong)seed, CPU);
        return randn(shape, type, generator: generator);
    }
}

/// <summary>Where a stochastic sampler takes its z ~ N(0, I) from.</summary>
public interface INoiseSource
{
    /// <summary>Fills a tensor with the noise of a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="noise">The tensor to fill, of the shape and type of the sample.</param>
    void Fill(int step, Tensor noise);
}

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

/// <summary>Noise that was drawn elsewhere: one tensor a step.</summary>
/// <param name="noises">One for each step, first step first, of the shape of the sample; they stay the caller's.</param>
public sealed class RecordedNoise(IReadOnlyList<Tensor> noises) : INoiseSource
{
    /// <inheritdoc/>
    /// <exception cref="InvalidInputException">There are fewer tensors than steps, or one has another shape than the sample.</exception>
    public void Fill(int step, Tensor noise)
    {
        InvalidInputException.Require(
            step < noises.Count, "noise", $"{noises.Count} steps", $"one for each step; step {step + 1} has none");
        TensorShapes.RequireSame(noises[step], noise, "noise", "the shape of the sample");
        noise.copy_(noises[step]);
    }
}
