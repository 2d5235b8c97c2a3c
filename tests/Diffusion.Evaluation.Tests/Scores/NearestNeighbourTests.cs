using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class NearestNeighbourTests
{
    [Fact]
    public void Distances_are_the_least_over_all_pairs()
    {
        using var scope = NewDisposeScope();
        Tensor samples = rand(700, 1, 8, 8), training = rand(9000, 1, 8, 8);
        Tensor from = samples.flatten(1).to(ScalarType.Float64), to = training.flatten(1).to(ScalarType.Float64);
        double[] expected = cdist(from, to, 2, compute_mode.donot_use_mm_for_euclid_dist).min(1).values.data<double>().ToArray();
        double[] actual = NearestNeighbour.Distances(samples, training);
        Assert.Equal(expected.Length, actual.Length);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[i], 1e-12);
        }
    }

    [Fact]
    public void A_copy_is_at_distance_zero_and_a_slight_change_at_its_size()
    {
        using var scope = NewDisposeScope();
        var training = rand(1000, 3, 8, 8);
        var copies = training.index_select(0, tensor(new long[] { 999, 0, 500 })).clone();
        copies[2, 0, 0, 0] += 1e-3;
        double[] distances = NearestNeighbour.Distances(copies, training);
        Assert.Equal(0, distances[0]);
        Assert.Equal(0, distances[1]);
        Assert.Equal(1e-3, distances[2], 1e-6);
    }
}
