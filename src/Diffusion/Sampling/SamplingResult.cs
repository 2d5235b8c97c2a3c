using static TorchSharp.torch;

namespace Diffusion;

/// <summary>What a run ends with.</summary>
/// <param name="Sample">The sample at t = 0, which the caller owns.</param>
/// <param name="Cost">What the run cost.</param>
public readonly record struct SamplingResult(Tensor Sample, Cost Cost);
