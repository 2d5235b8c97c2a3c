using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class UNetVisitTests
{
    private static readonly NoiseLevel Level = NoiseLevel.FromLogSnr(0.7);

    [Fact]
    public void Looking_alone_changes_no_answer() => NetworkExamples.Config.Sample(
        config =>
        {
            using var scope = NewDisposeScope();
            using var network = new UNet(config, seed: 3).Stirred();
            Tensor x = Noise.Gaussian([2, .. network.SampleShape], 5);

            Prediction seen = network.Predict(x, Level, (_, features) => features);

            Assert.Equal(config.Target, seen.Target);
            Assert.Equal(network.Predict(x, Level).Value.Bytes(), seen.Value.Bytes());
        },
        iter: 40, threads: 1);

    [Fact]
    public void Every_stage_and_every_skip_is_seen_once_and_the_last_skip_comes_back_first() => NetworkExamples.Config.Sample(
        config =>
        {
            using var scope = NewDisposeScope();
            using var network = new UNet(config).Stirred();
            var stages = new List<string>();
            network.Predict(Noise.Gaussian([1, .. network.SampleShape], 5), Level, (stage, features) =>
            {
                stages.Add(stage);
                return features;
            });

            string[] way = [.. stages.Where(stage => !stage.StartsWith("skip ", StringComparison.Ordinal))];
            string[] skips = [.. stages.Where(stage => stage.StartsWith("skip ", StringComparison.Ordinal)).Select(stage => stage["skip ".Length..])];

            // A level has its blocks, all but the last a halving, and the way up one block more.
            int levels = config.Multipliers.Count, down = levels * config.BlocksPerLevel + levels - 1, up = levels * (config.BlocksPerLevel + 1);
            Assert.Equal(
                ["input", .. Numbered("down", down), .. Numbered("middle", 2), .. Numbered("up", up), "output"], way);
            Assert.Equal(["input", .. Numbered("down", down)], skips.Reverse());

            // Nothing but the embedding and the last norm is outside of the stages.
            Assert.All(
                network.named_parameters().Select(pair => pair.name),
                name => Assert.Contains(["embedding", "outputNorm", .. way], stage => name.StartsWith(stage + ".", StringComparison.Ordinal)));

            static IEnumerable<string> Numbered(string part, int count) => Enumerable.Range(0, count).Select(i => $"{part}.{i}");
        },
        iter: 40, threads: 1);

    [Fact]
    public void Features_have_the_width_and_the_side_of_their_level()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(new() { Channels = 1, Size = 16, BaseChannels = 8, Multipliers = [1, 3], AttentionSizes = [], Heads = 2 });
        var shapes = new Dictionary<string, long[]>();
        network.Predict(Noise.Gaussian([2, 1, 16, 16], 5), Level, (stage, features) =>
        {
            shapes[stage] = features.shape;
            return features;
        });

        Assert.Equal([2, 8, 16, 16], shapes["input"]);
        Assert.Equal([2, 8, 16, 16], shapes["down.0"]);
        Assert.Equal([2, 8, 8, 8], shapes["down.1"]);
        Assert.Equal([2, 24, 8, 8], shapes["down.2"]);
        Assert.Equal([2, 24, 8, 8], shapes["middle.1"]);
        Assert.Equal([2, 24, 16, 16], shapes["up.1"]);
        Assert.Equal([2, 8, 16, 16], shapes["up.3"]);
        Assert.Equal([2, 1, 16, 16], shapes["output"]);
    }

    [Fact]
    public void What_a_visit_answers_goes_on_instead()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(NetworkExamples.Tiny).Stirred();
        Tensor x = Noise.Gaussian([2, 1, 4, 4], 2), other = Noise.Gaussian([2, 1, 4, 4], 3);
        byte[] plain = network.Predict(x, Level).Value.Bytes();

        foreach (string changed in new[] { "input", "down.1", "middle.0", "skip down.0", "up.1", "output" })
        {
            Assert.NotEqual(plain, Answer(x, stage => stage == changed).Bytes());
        }

        // The input's features reach the rest in two ways only: without both, the picture does not matter.
        Assert.Equal(Answer(x, FromInput).Bytes(), Answer(other, FromInput).Bytes());
        Assert.NotEqual(Answer(x, stage => stage == "down.0").Bytes(), Answer(other, stage => stage == "down.0").Bytes());
        Assert.Equal(0, Answer(x, stage => stage == "output").LargestMagnitude());

        Tensor Answer(Tensor from, Func<string, bool> gone) =>
            network.Predict(from, Level, (stage, features) => gone(stage) ? zeros_like(features) : features).Value;

        static bool FromInput(string stage) => stage is "down.0" or "skip input";
    }

    [Fact]
    public void A_visit_leaves_no_tensor_behind()
    {
        using var network = new UNet(NetworkExamples.Tiny).Stirred();
        using Tensor x = Noise.Gaussian([2, 1, 4, 4], 2);
        Look();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
        {
            Look();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Look() => network.Predict(x, Level, (_, features) => features * 0.5).Dispose();
    }

    [Fact]
    public void Another_shape_or_type_is_refused_by_the_stage_that_it_came_from()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(NetworkExamples.Tiny);
        network.Precision = ScalarType.Float32;
        Tensor x = Noise.Gaussian([2, 1, 4, 4], 2), wrong = zeros(2, 1, 8, 8);

        var shape = Assert.Throws<InvalidOperationException>(() => network.Predict(x, Level, (stage, h) => stage == "down.0" ? h.narrow(0, 0, 1) : h));
        Assert.Contains("down.0 must be Float32 of shape [2, 4, 4, 4]; got Float32 of shape [1, 4, 4, 4]", shape.Message, StringComparison.Ordinal);
        var type = Assert.Throws<InvalidOperationException>(() => network.Predict(x, Level, (_, h) => h.to(ScalarType.Float64)));
        Assert.Contains("got Float64", type.Message, StringComparison.Ordinal);
        Refused.With("x", "[2, 1, 8, 8]", "[N, 1, 4, 4]", () => network.Predict(wrong, Level, (_, h) => h));
    }
}
