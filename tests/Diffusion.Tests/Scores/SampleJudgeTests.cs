using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Tests.Scores;

public class SampleJudgeTests
{
    [Fact]
    public void The_training_set_itself_is_at_no_distance_and_copies_of_one_picture_are_found_out()
    {
        using var scope = NewDisposeScope();
        using DataSet flowers = DataSet.Open("flowers", count: 60);
        using var judge = new SampleJudge(flowers, steps: 3);

        var same = judge.Score(flowers.Samples, flowers.Labels);
        Assert.Equal(0, same.SlicedWasserstein, 1e-12);
        Assert.Equal(0, same.Frechet!.Value, 1e-6);
        Assert.All(same.NearestTraining, distance => Assert.Equal(0, distance));

        var copies = judge.Score(flowers.Samples.narrow(0, 5, 1).expand(60, 3, 32, 32));
        Assert.All(copies.NearestTraining, distance => Assert.Equal(0, distance));
        Assert.True(copies.Frechet > same.Frechet + 1e-3 && copies.SlicedWasserstein > 0.01);
        Assert.Null(copies.ClassAgreement);
    }

    [Fact]
    public void Pictures_are_clipped_to_their_range_before_they_are_judged()
    {
        using var scope = NewDisposeScope();
        using DataSet flowers = DataSet.Open("flowers", count: 30);
        using var judge = new SampleJudge(flowers, steps: 1);
        Tensor beyond = flowers.Samples * 3;
        var (raw, clipped) = (judge.Score(beyond, flowers.Labels), judge.Score(beyond.clamp(-1, 1), flowers.Labels));
        Assert.Equal(clipped.NearestTraining, raw.NearestTraining);
        Assert.Equal(clipped with { NearestTraining = [] }, raw with { NearestTraining = [] });
    }

    [Fact]
    public void Points_are_judged_without_features_and_not_clipped()
    {
        using var scope = NewDisposeScope();
        using DataSet points = DataSet.Open("spiral", count: 500);
        using var judge = new SampleJudge(points);
        var far = judge.Score(points.Samples + tensor([10f, 0f]));
        Assert.Null(far.Frechet);
        Assert.Null(far.ClassAgreement);

        // A shift along one axis is seen along the directions as 2/π of it.
        Assert.Equal(20 / Math.PI, far.SlicedWasserstein, 0.01);
    }

    [Fact]
    public void What_cannot_be_judged_is_refused_and_nothing_is_left_behind()
    {
        using DataSet flowers = DataSet.Open("flowers", count: 10);
        using Tensor nan = full([2, 3, 32, 32], float.NaN), small = zeros(2, 3, 16, 16);
        using (var judge = new SampleJudge(flowers, steps: 1))
        {
            judge.Score(flowers.Samples, flowers.Labels);
        }

        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (var judge = new SampleJudge(flowers, steps: 1))
        {
            judge.Score(flowers.Samples, flowers.Labels);
            Assert.Throws<InvalidInputException>(() => judge.Score(nan));
            Assert.Throws<InvalidInputException>(() => judge.Score(small));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }
}
