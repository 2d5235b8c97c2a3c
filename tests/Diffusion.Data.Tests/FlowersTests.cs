using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Data.Tests;

public class FlowersTests
{
    [Fact]
    public void The_first_of_many_are_the_same_as_the_first_of_few_so_no_order_of_painting_matters()
    {
        using var scope = NewDisposeScope();
        var many = Flowers.Generate(1100, seed: 5);
        foreach (int count in new[] { 1, 7, 1050 })
        {
            Assert.Equal(many.narrow(0, 0, count).Bytes(), Flowers.Generate(count, seed: 5).Bytes());
            Assert.Equal(Flowers.Labels(1100, 5).narrow(0, 0, count).Bytes(), Flowers.Labels(count, 5).Bytes());
        }
    }

    [Fact]
    public void Pictures_are_in_colour_and_in_range_and_no_two_are_alike()
    {
        using var scope = NewDisposeScope();
        var flowers = Flowers.Generate(300, seed: 1);
        Assert.Equal([300, 3, 32, 32], flowers.shape);
        Assert.Equal(ScalarType.Float32, flowers.dtype);
        Assert.InRange(flowers.min().item<float>(), -1f, -0.5f);
        Assert.InRange(flowers.max().item<float>(), 0.5f, 1f);
        Assert.True((flowers.max(1).values - flowers.min(1).values).mean().item<float>() > 0.2f);
        var rows = flowers.flatten(1);
        var distances = cdist(rows, rows) + eye(300) * 1e3;
        Assert.True(distances.min().item<float>() > 2);
        Assert.True(cdist(rows, Flowers.Generate(300, seed: 2).flatten(1)).min().item<float>() > 2);
    }

    [Fact]
    public void Every_kind_in_every_colour_is_as_likely()
    {
        const int Count = 20_000;
        using Tensor labels = Flowers.Labels(Count, seed: 3);
        int classes = Flowers.Classes.Count;
        double expected = (double)Count / classes;
        int[] counts = new int[classes];
        foreach (long label in labels.data<long>())
        {
            counts[label]++;
        }

        // χ² with 63 degrees of freedom: mean 63, variance 126.
        double chi = counts.Sum(count => (count - expected) * (count - expected) / expected);
        Assert.InRange(chi, 63 - 4 * Math.Sqrt(126), 63 + 4 * Math.Sqrt(126));
        Assert.Equal(classes, Flowers.Classes.Distinct().Count());
    }

    /// <summary>The petals' colour by label is what a viewer sees: red flowers have more red pixels than blue ones have.</summary>
    [Fact]
    public void Labels_say_what_the_picture_shows()
    {
        using var scope = NewDisposeScope();
        var flowers = Flowers.Generate(1500, seed: 4);
        long[] labels = Flowers.Labels(1500, seed: 4).data<long>().ToArray();
        var channels = flowers.unbind(1);
        var redness = channels[0] - channels[1].maximum(channels[2]);
        Assert.True(Part("red", redness) > 3 * Part("blue", redness));
        Assert.True(Part("blue", channels[2] - channels[0]) > 1.5 * Part("red", channels[2] - channels[0]));

        double Part(string colour, Tensor excess)
        {
            long[] places = [.. Enumerable.Range(0, labels.Length)
                .Where(i => Flowers.Classes[(int)labels[i]].StartsWith(colour, StringComparison.Ordinal)).Select(i => (long)i)];
            return excess.index_select(0, tensor(places)).gt(0.9).to(ScalarType.Float64).mean().item<double>();
        }
    }

    [Fact]
    public void A_count_below_one_is_refused()
    {
        Refused.With("count", "0", "from 1", () => Flowers.Generate(0, 1));
        Refused.With("count", "-1", "from 1", () => Flowers.Labels(-1, 1));
    }

    [Fact]
    public void Only_the_pictures_stay_in_memory()
    {
        using var warm = Flowers.Generate(1, 1);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (Tensor flowers = Flowers.Generate(3000, 1))
        {
            Assert.Equal(before + 1, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
