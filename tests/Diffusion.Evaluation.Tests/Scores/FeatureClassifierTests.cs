using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class FeatureClassifierTests
{
    [Fact]
    public void A_few_steps_on_digits_beat_chance_by_far_on_digits_it_never_saw()
    {
        using DataSet digits = DataSet.Open("digits");
        var (training, heldOut) = digits.Divide();
        using (training)
        using (heldOut)
        using (var classifier = FeatureClassifier.Train(training.Samples, training.Labels!, seed: 1, steps: 120))
        {
            double agreement = classifier.Agreement(heldOut.Samples, heldOut.Labels!);
            Assert.True(agreement > 0.5, $"{agreement}");

            // Held-out digits are nearer to the training digits than noise is, and than one digit alone.
            using var scope = NewDisposeScope();
            var features = classifier.Features(training.Samples);
            double yardstick = FrechetDistance.Between(classifier.Features(heldOut.Samples), features);
            var zeros = heldOut.Samples.index_select(0, heldOut.Labels!.eq(0).nonzero().flatten());
            Assert.True(FrechetDistance.Between(classifier.Features(zeros), features) > 3 * yardstick);
            Assert.True(FrechetDistance.Between(classifier.Features(rand_like(heldOut.Samples) * 2 - 1), features) > 3 * yardstick);
        }
    }

    [Fact]
    public void Equal_seeds_give_equal_features_on_one_thread_and_on_many()
    {
        using var scope = NewDisposeScope();
        using DataSet flowers = DataSet.Open("flowers", count: 100);
        float[] one;
        using (TorchThreads.Use(1))
        {
            one = Features(1);
            Assert.NotEqual(one, Features(2));
        }

        using var four = TorchThreads.Use(4);
        Assert.Equal(one, Features(1));
        Assert.Equal(4, get_num_threads());

        float[] Features(int seed)
        {
            using var classifier = FeatureClassifier.Train(flowers.Samples, flowers.Labels!, seed, steps: 4);
            return classifier.Features(flowers.Samples).data<float>().ToArray();
        }
    }

    [Fact]
    public void Training_leaves_no_tensor_behind_and_features_are_per_picture()
    {
        using DataSet digits = DataSet.Open("digits");
        using (FeatureClassifier.Train(digits.Samples, digits.Labels!, steps: 2))
        {
        }

        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        using (var classifier = FeatureClassifier.Train(digits.Samples, digits.Labels!, steps: 5))
        {
            using Tensor all = classifier.Features(digits.Samples), same = all.narrow(0, 300, 10);
            using Tensor few = digits.Samples.narrow(0, 300, 10), some = classifier.Features(few);
            Assert.Equal([1797, FeatureClassifier.FeatureCount], all.shape);
            using Tensor difference = same - some, largest = difference.abs_().max();
            Assert.True(largest.item<float>() < 1e-4);
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void What_is_no_labelled_set_of_pictures_is_refused()
    {
        using var scope = NewDisposeScope();
        Refused.With("pictures", "[4, 2]", "[N, C, H, W]", () => FeatureClassifier.Train(zeros(4, 2), zeros([4], ScalarType.Int64)));
        Refused.With("pictures", "[3]", "N labels", () => FeatureClassifier.Train(zeros(4, 1, 8, 8), zeros([3], ScalarType.Int64)));
        Refused.With("labels", "-1", "from 0", () => FeatureClassifier.Train(zeros(4, 1, 8, 8), full([4], -1L)));
    }
}
