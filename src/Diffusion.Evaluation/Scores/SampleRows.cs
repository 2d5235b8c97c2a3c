using static TorchSharp.torch;

namespace Diffusion.Evaluation;

/// <summary>Samples as rows of numbers in double, a block at a time.</summary>
internal static class SampleRows
{
    // Doubles in a block: 8 MB.
    private const long BlockNumbers = 1L << 20;

    /// <summary>Checks that two sets of samples can be compared.</summary>
    /// <returns>D, the numbers of a sample.</returns>
    /// <exception cref="InvalidInputException">One is empty, or their samples have different shapes.</exception>
    public static long Dimensions(Tensor a, Tensor b)
    {
        InvalidInputException.Require(a.dim() >= 2 && a.shape[0] >= 1 && a.shape.Skip(1).SequenceEqual(b.shape.Skip(1)) && b.shape[0] >= 1,
            "samples", $"shapes {TensorShapes.Text(a)} and {TensorShapes.Text(b)}",
            "two sets of at least one sample, [N, …] and [M, …], alike but for their counts");
        return a.numel() / a.shape[0];
    }

    /// <summary>How many rows of that many numbers a block has.</summary>
    public static long PerBlock(long numbersPerRow) => Math.Max(1, BlockNumbers / Math.Max(1, numbersPerRow));

    /// <summary>Rows begin to begin + count, flattened, in double: a tensor of the scope that is open.</summary>
    public static Tensor Block(Tensor samples, long begin, long count) =>
        samples.narrow(0, begin, Math.Min(count, samples.shape[0] - begin)).detach().cpu().flatten(1).to(ScalarType.Float64);
}
