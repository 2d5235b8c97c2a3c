using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class ScorerTests
{
    [Fact]
    public void The_training_set_itself_is_at_no_distance_and_copies_of_one_picture_are_found_out()
    {
        using var scope = NewDisposeScope();
        using DataSet flowers = DataSet.Open("flowers", count: 60);
        using var scorer = new Scorer(flowers, steps: 3);

        var same = scorer.Score(flowers.Samples, flowers.Labels);
        Assert.Equal(0, same["sliced_wasserstein"], 1e-12);
        Assert.Equal(0, same["frechet"], 1e-6);
        Assert.All(same.NearestTraining, distance => Assert.Equal(0, distance));

        var copies = scorer.Score(flowers.Samples.narrow(0, 5, 1).expand(60, 3, 32, 32));
        Assert.All(copies.NearestTraining, distance => Assert.Equal(0, distance));
        Assert.True(copies["frechet"] > same["frechet"] + 1e-3 && copies["sliced_wasserstein"] > 0.01);
        Assert.False(copies.Values.ContainsKey("class_agreement"));
    }

    [Fact]
    public void Pictures_are_clipped_to_their_range_before_they_are_scored()
    {
        using var scope = NewDisposeScope();
        using DataSet flowers = DataSet.Open("flowers", count: 30);
        using var scorer = new Scorer(flowers, steps: 1);
        Tensor beyond = flowers.Samples * 3;
        var (raw, clipped) = (scorer.Score(beyond, flowers.Labels), scorer.Score(beyond.clamp(-1, 1), flowers.Labels));
        Assert.Equal(clipped.NearestTraining, raw.NearestTraining);
        Assert.Equal(clipped.Values, raw.Values);
    }

    [Fact]
    public void Points_are_scored_without_features_and_not_clipped()
    {
        using var scope = NewDisposeScope();
        using DataSet points = DataSet.Open("spiral", count: 500);
        using var scorer = new Scorer(points);
        var far = scorer.Score(points.Samples + tensor([10f, 0f]));
        Assert.Equal(["sliced_wasserstein", "nearest_training", "least_nearest"], far.Values.Keys);

        // A shift along one axis is seen along the directions as 2/π of it.
        Assert.Equal(20 / Math.PI, far["sliced_wasserstein"], 0.01);
    }

    [Fact]
    public void What_cannot_be_scored_is_refused_and_nothing_is_left_behind()
    {
        using DataSet flowers = DataSet.Open("flowers", count: 10);
        using Tensor nan = full([2, 3, 32, 32], float.NaN), small = zeros(2, 3, 16, 16);
        using (var scorer = new Scorer(flowers, steps: 1))
        {
            scorer.Score(flowers.Samples, flowers.Labels);
        }

        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (var scorer = new Scorer(flowers, steps: 1))
        {
            scorer.Score(flowers.Samples, flowers.Labels);
            Refused.With("samples", "NaN", "finite", () => scorer.Score(nan));
            Refused.With("samples", "[2, 3, 16, 16]", "alike but for their counts", () => scorer.Score(small));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
