using static TorchSharp.torch;

namespace Diffusion.Tests;

public class BatchSourceTests
{
    private static readonly TrainingConfig Plan = new() { BatchSize = 6, LabelDropout = 0.3, Seed = 5 };

    [Fact]
    public void Every_sample_comes_once_in_each_epoch_with_its_own_label()
    {
        using var scope = NewDisposeScope();
        using var source = Source();
        var seen = new List<double>();
        for (int step = 1; step <= 5; step++)
        {
            using Batch batch = source.Draw(step);
            double[] samples = batch.Samples.Values(), labels = batch.Labels!.Values();
            seen.AddRange(samples);
            Assert.All(samples.Zip(labels), pair => Assert.True(pair.Second == 10 || pair.Second == pair.First, $"{pair}"));
        }

        // 30 draws of 10 samples are three epochs, of which no two have the same order.
        double[][] epochs = [.. seen.Chunk(10)];
        Assert.All(epochs, epoch => Assert.Equal(Enumerable.Range(0, 10).Select(i => (double)i), epoch.Order()));
        Assert.Equal(3, epochs.Select(epoch => string.Join(' ', epoch)).Distinct().Count());
    }

    [Fact]
    public void A_batch_follows_from_the_seed_and_its_number_alone()
    {
        using var scope = NewDisposeScope();
        using BatchSource forwards = Source(), jumping = Source();
        using var other = Source(Plan with { Seed = 6 });
        for (int step = 1; step <= 9; step++)
        {
            using Batch batch = forwards.Draw(step);
            if (step == 9)
            {
                using Batch same = jumping.Draw(9), different = other.Draw(9);
                Assert.Equal(batch.Samples.Bytes(), same.Samples.Bytes());
                Assert.Equal(batch.Noise.Bytes(), same.Noise.Bytes());
                Assert.Equal(batch.Labels!.Bytes(), same.Labels!.Bytes());
                Assert.Equal(batch.Levels, same.Levels);
                Assert.NotEqual(batch.Noise.Bytes(), different.Noise.Bytes());
            }
        }
    }

    [Fact]
    public void Levels_spread_evenly_and_labels_hide_as_often_as_planned()
    {
        using var scope = NewDisposeScope();
        using var source = Source(Plan with { BatchSize = 50, Levels = NoiseLevelDistribution.Uniform(-5, 5) });
        int hidden = 0;
        for (int step = 1; step <= 100; step++)
        {
            using Batch batch = source.Draw(step);
            hidden += batch.Labels!.Values().Count(label => label == 10);

            // One level in each fiftieth of the range.
            int[] places = [.. batch.Levels.Select(level => (int)Math.Floor((5 - level.LogSnr) / 10 * 50 - 1e-6)).Order()];
            Assert.All(places.Index(), place => Assert.InRange(place.Item, place.Index - 1, place.Index));
        }

        // 5000 draws at 0.3: five standard deviations.
        Assert.InRange(hidden, 1500 - 5 * 33, 1500 + 5 * 33);
    }

    private static BatchSource Source(TrainingConfig? plan = null) =>
        new(arange(10, ScalarType.Float32).view(10, 1), arange(10, ScalarType.Int64), plan ?? Plan, classes: 10);
}
