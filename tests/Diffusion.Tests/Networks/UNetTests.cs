using CsCheck;
using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class UNetTests
{
    private static readonly NoiseLevel Level = NoiseLevel.FromLogSnr(0.7);

    [Fact]
    public void Every_configuration_answers_in_the_shape_of_its_input_sample_by_sample() => NetworkExamples.Config.Sample(
        config =>
        {
            using var scope = NewDisposeScope();
            using var network = new UNet(config, seed: 3).Stirred();
            network.Precision = ScalarType.Float32;
            Assert.Equal([config.Channels, config.Size, config.Size], network.SampleShape);
            Tensor x = Noise.Gaussian([3, .. network.SampleShape], 5);

            Prediction both = network.Predict(x, Level);

            Assert.Equal(config.Target, both.Target);
            Assert.True(both.Value.isfinite().all().item<bool>());
            Assert.True(both.Value.std().item<float>() > 0);
            Numbers.AssertNear(both.Value.narrow(0, 1, 1), network.Predict(x.narrow(0, 1, 1), Level).Value, 1e-4, $"{config}", largest: both.Value.LargestMagnitude());
        },
        iter: 40, threads: 1);

    [Fact]
    public void A_fresh_network_answers_zero_and_so_does_nothing_to_what_it_will_learn()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(NetworkExamples.Tiny);
        Assert.Equal(0, network.Predict(Noise.Gaussian([2, 1, 4, 4], 1), Level).Value.LargestMagnitude());
    }

    [Fact]
    public void Without_classes_the_default_has_the_parameters_of_the_network_it_is_compared_with()
    {
        using var network = new UNet(new());
        Assert.Equal(2_855_811, network.ParameterCount);
    }

    [Fact]
    public void Equal_seeds_give_equal_networks_and_others_give_others()
    {
        using var scope = NewDisposeScope();
        using UNet one = new(NetworkExamples.Tiny, 1), again = new(NetworkExamples.Tiny, 1), other = new(NetworkExamples.Tiny, 2);
        Assert.All(one.parameters().Zip(again.parameters()), pair => Assert.Equal(pair.First.Bytes(), pair.Second.Bytes()));
        Assert.Contains(one.parameters().Zip(other.parameters()), pair => !pair.First.Bytes().SequenceEqual(pair.Second.Bytes()));
    }

    [Fact]
    public void The_answer_depends_on_every_pixel_on_the_noise_level_and_on_the_class()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(NetworkExamples.Tiny).Stirred();
        Tensor x = Noise.Gaussian([1, 1, 4, 4], 2).requires_grad_(), level = zeros(1).requires_grad_();

        // The first pixel of the answer, through attention and the lower levels.
        Tensor[] gradients = [.. autograd.grad([network.Forward(x, level)[0, 0, 0, 0]], [x, level])];

        Assert.All(gradients, gradient => Assert.DoesNotContain(0.0, gradient.Values()));
        double[][] answers = [.. Enumerable.Range(0, 3).Select(label => network.Conditional(label).Predict(x, Level).Value.Values()), network.Predict(x, Level).Value.Values()];
        Assert.Equal(4, answers.Select(answer => answer[0]).Distinct().Count());
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void A_batch_is_answered_the_same_on_one_thread_or_many(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(new() { Channels = 1, Size = 8, BaseChannels = 16, Multipliers = [1, 2], Classes = 3 }).Stirred();
        network.Precision = type;
        foreach (int count in new[] { 1, 5, 16, 37 })
        {
            Tensor x = Noise.Gaussian([count, 1, 8, 8], 3);
            IDenoiser guided = network.Conditional([.. Enumerable.Range(0, count).Select(i => i % 3L)], guidance: 2);
            byte[][] answers = [.. new[] { 1, 2, 4 }.Select(Answer)];
            Assert.Equal(answers[0], answers[1]);
            Assert.Equal(answers[0], answers[2]);

            byte[] Answer(int threads)
            {
                using var these = TorchThreads.Use(threads);
                return guided.Predict(x, Level).Value.Bytes();
            }
        }
    }

    [Fact]
    public void Noise_levels_beyond_the_stated_range_are_those_at_its_ends()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(NetworkExamples.Tiny).Stirred();
        Tensor x = Noise.Gaussian([1, 1, 4, 4], 2);
        foreach (int sign in new[] { -1, 1 })
        {
            byte[] end = Answer(NoiseLevel.FromLogSnr(sign * 12));
            Assert.Equal(end, Answer(NoiseLevel.FromLogSnr(sign * 30)));
            Assert.NotEqual(end, Answer(NoiseLevel.FromLogSnr(sign * 11)));
        }

        Assert.Equal(Answer(NoiseLevel.FromLogSnr(12)), Answer(NoiseLevel.Clean));

        byte[] Answer(NoiseLevel level) => network.Predict(x, level).Value.Bytes();
    }

    [Fact]
    public void Bfloat16_answers_as_float32_does_up_to_its_own_digits()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(new() { Channels = 1, Size = 16, BaseChannels = 16, Multipliers = [1, 2] }).Stirred();
        Tensor x = Noise.Gaussian([4, 1, 16, 16], 3);
        network.Precision = ScalarType.Float32;
        Tensor exact = network.Predict(x, Level).Value;
        network.Precision = ScalarType.BFloat16;
        Tensor rounded = network.Predict(x, Level).Value;

        // Eight bits are 0.4 %, and each of some forty roundings in a row adds its own.
        double error = (rounded - exact).square().mean().sqrt().item<float>(), size = exact.square().mean().sqrt().item<float>();
        Assert.True(error < 0.1 * size, $"{error} of {size}");
        Assert.Equal(ScalarType.Float32, rounded.dtype);
    }

    [Fact]
    public void Training_and_sampling_compute_the_same_function_in_their_own_ways() => NetworkExamples.Config.Sample(
        config =>
        {
            config = config with { BaseChannels = 4 * config.BaseChannels };
            using var two = TorchThreads.Use(2);
            using var scope = NewDisposeScope();
            using var network = new UNet(config).Stirred();
            Tensor x = Noise.Gaussian([3, config.Channels, config.Size, config.Size], 5), logSnr = tensor(new float[] { 0.5f });
            Tensor trained = network.Forward(x, logSnr);
            using (no_grad())
            {
                Numbers.AssertNear(trained, network.Forward(x, logSnr), 1e-4, $"{config}");
            }
        },
        iter: 40);

    [Fact]
    public void A_prediction_leaves_no_tensor_behind()
    {
        using var network = new UNet(NetworkExamples.Tiny).Stirred();
        using Tensor x = Noise.Gaussian([2, 1, 4, 4], 2);
        IDenoiser guided = network.Conditional(1, guidance: 2);
        guided.Predict(x, Level).Dispose();
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        for (int i = 0; i < 5; i++)
        {
            network.Predict(x, Level).Dispose();
            guided.Predict(x, Level).Dispose();
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused_by_the_field_that_does_not()
    {
        Refused.With("Size", "30", "a multiple of 4", () => new UNet(new() { Size = 30 }));
        Refused.With("Heads", "3", "a divisor", () => new UNet(new() { Heads = 3 }));
        Refused.With("BaseChannels", "12", "a multiple of the 8 groups", () => new UNet(new() { BaseChannels = 12 }));
        Refused.With("AttentionSizes", "5", "sides that a level has", () => new UNet(new() { AttentionSizes = [5] }));
        Refused.With("Multipliers", "", "1 to 8 whole numbers", () => new UNet(new() { Multipliers = [] }));
        Refused.With("Dropout", "1", "[0, 1)", () => new UNet(new() { Dropout = 1 }));
        Refused.With("Classes", "-1", "0 to", () => new UNet(new() { Classes = -1 }));

        using var network = new UNet(NetworkExamples.Tiny);
        using Tensor wrong = zeros(2, 1, 8, 8);
        Refused.With("x", "[2, 1, 8, 8]", "[N, 1, 4, 4]", () => network.Predict(wrong, Level));
    }
}
