using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>Refuses tensors whose shapes differ where libtorch would stretch one to the other in silence.</summary>
internal static class TensorShapes
{
    /// <summary>Refuses a tensor that does not have the shape of the sample it belongs to.</summary>
    public static void RequireSame(Tensor given, Tensor sample, string field, string takes)
    {
        if (!given.shape.AsSpan().SequenceEqual(sample.shape))
        {
            throw new InvalidInputException(field, $"shape {Text(given)}", $"{takes}, {Text(sample)}");
        }
    }

    /// <summary>A shape as documentation writes it, [N, …].</summary>
    public static string Text(Tensor tensor) => $"[{string.Join(", ", tensor.shape)}]";
}
