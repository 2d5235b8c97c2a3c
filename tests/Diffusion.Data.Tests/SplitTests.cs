using CsCheck;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public class SplitTests
{
    [Fact]
    public void The_parts_are_disjoint_and_together_everything() =>
        Gen.Select(Gen.Int[2, 3000], Gen.Int, Gen.Int[2, 20]).Sample((count, seed, parts) =>
        {
            var split = Split.Of(count, seed, parts);
            Assert.Equal(Math.Max(1, count / parts), split.HeldOut.Count);
            Assert.Equal(Enumerable.Range(0, count).Select(i => (long)i), split.Training.Concat(split.HeldOut).Order());
            Assert.Equal(split.HeldOut, Split.Of(count, seed, parts).HeldOut);
        });

    [Fact]
    public void Every_sample_is_as_likely_to_be_held_out()
    {
        int[] held = new int[50];
        for (int seed = 0; seed < 4000; seed++)
        {
            foreach (long place in Split.Of(50, seed).HeldOut)
            {
                held[place]++;
            }
        }

        // Binomial(4000, 0.1): mean 400, standard deviation 19.
        Assert.All(held, count => Assert.InRange(count, 400 - 95, 400 + 95));
    }

    [Fact]
    public void Data_and_labels_are_divided_alike()
    {
        using var scope = NewDisposeScope();
        using DataSet digits = DataSet.Open("digits");
        var (training, heldOut) = digits.Divide();
        using (training)
        using (heldOut)
        {
            Assert.Equal(1618, training.Count);
            Assert.Equal(179, heldOut.Count);
            var split = Split.Of(1797);
            for (int i = 0; i < 179; i += 20)
            {
                Assert.Equal(digits.Labels![split.HeldOut[i]].item<long>(), heldOut.Labels![i].item<long>());
                Assert.Equal(digits.Samples[split.HeldOut[i]].data<float>().ToArray(), heldOut.Samples[i].data<float>().ToArray());
            }
        }
    }

    [Fact]
    public void What_cannot_be_split_is_refused()
    {
        Refused.With("count", "1", "at least 2", () => Split.Of(1));
        Refused.With("parts", "1", "from 2", () => Split.Of(10, 1, 1));
        using DataSet one = DataSet.Open("spiral", count: 1);
        Refused.With("spiral", "one sample", "a part of the samples is held out", () => one.Divide());
        using Tensor data = zeros(4, 2);
        Refused.With("data", "4 samples", "the 5", () => Split.Of(5).Divide(data));
    }
}
