using static TorchSharp.torch;

namespace Diffusion.Data;

/// <summary>Which samples of a data set train, and which are held out to judge by: disjoint, and together all of them.</summary>
/// <param name="Training">Places of the samples that train, in rising order.</param>
/// <param name="HeldOut">Places of the others, in rising order.</param>
public sealed record Split(IReadOnlyList<long> Training, IReadOnlyList<long> HeldOut)
{
    /// <summary>The seed that the kit's own splits use.</summary>
    public const int DefaultSeed = 1;

    /// <summary>Holds out one sample in <paramref name="parts"/>, at least one, drawn without repetition.</summary>
    /// <param name="count">N, how many samples there are; at least 2.</param>
    /// <param name="seed">Equal seeds give equal splits.</param>
    /// <param name="parts">10 splits 9 to 1; at least 2.</param>
    /// <exception cref="InvalidInputException">A number is out of its range.</exception>
    public static Split Of(int count, int seed = DefaultSeed, int parts = 10)
    {
        InvalidInputException.Require(count >= 2, "count", $"{count}", "at least 2 samples to split");
        InvalidInputException.Require(parts >= 2, "parts", $"{parts}", "a whole number from 2");
        long[] order = [.. Enumerable.Range(0, count).Select(i => (long)i)];
        var random = new SplitMix(seed, 0);
        for (int i = count - 1; i > 0; i--)
        {
            int j = random.Below(i + 1);
            (order[i], order[j]) = (order[j], order[i]);
        }

        int heldOut = Math.Max(1, count / parts);
        return new([.. order[heldOut..].Order()], [.. order[..heldOut].Order()]);
    }

    /// <summary>The two parts of some data, as new tensors that the caller owns.</summary>
    /// <param name="data">[N, …], with the N of this split.</param>
    /// <exception cref="InvalidInputException">The data has another N.</exception>
    public (Tensor Training, Tensor HeldOut) Divide(Tensor data)
    {
        int count = Training.Count + HeldOut.Count;
        InvalidInputException.Require(data.shape[0] == count, "data", $"{data.shape[0]} samples", $"the {count} of the split");
        return (Take(Training), Take(HeldOut));

        Tensor Take(IReadOnlyList<long> places)
        {
            using Tensor index = tensor(places.ToArray());
            return data.index_select(0, index);
        }
    }
}
