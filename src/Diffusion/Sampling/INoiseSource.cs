using static TorchSharp.torch;

namespace Diffusion;

/// <summary>Where a stochastic sampler takes its z ~ N(0, I) from.</summary>
public interface INoiseSource
{
    /// <summary>Fills a tensor with the noise of a step.</summary>
    /// <param name="step">The number of the step, from 0.</param>
    /// <param name="noise">The tensor to fill, of the shape and type of the sample.</param>
    void Fill(int step, Tensor noise);
}
