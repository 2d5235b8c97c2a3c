using static TorchSharp.torch;

namespace Diffusion.Tests;

public class GuidanceTests
{
    private static readonly NoiseLevel Level = NoiseLevel.FromLogSnr(-0.3);

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(0.5)]
    [InlineData(1)]
    [InlineData(3)]
    public void A_guided_answer_lies_on_the_line_through_the_two_answers(double guidance)
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        Tensor x = Noise.Gaussian([4, 1, 4, 4], 1);
        Tensor plain = network.Predict(x, Level).Value, asked = network.Conditional(2).Predict(x, Level).Value;

        Tensor guided = network.Conditional(2, guidance).Predict(x, Level).Value;

        Numbers.AssertNear(plain + guidance * (asked - plain), guided, 1e-5, $"guidance {guidance}");
    }

    [Fact]
    public void Every_sample_gets_the_class_that_was_asked_for_it()
    {
        using var scope = NewDisposeScope();
        using var network = Network();
        Tensor x = Noise.Gaussian([3, 1, 4, 4], 1);
        Tensor mixed = network.Conditional([2, 0, 1], guidance: 2).Predict(x, Level).Value;
        long[] classes = [2, 0, 1];
        for (int i = 0; i < 3; i++)
        {
            Numbers.AssertNear(network.Conditional(classes[i], guidance: 2).Predict(x.narrow(0, i, 1), Level).Value, mixed.narrow(0, i, 1), 1e-5, $"sample {i}");
        }
    }

    [Fact]
    public void Classes_that_the_network_does_not_have_are_refused()
    {
        using var network = Network();
        using var points = new PointMlp(new() { Width = 4, Blocks = 1 });
        using Tensor x = zeros(2, 1, 4, 4);
        Refused.With("label", "3", "0..2", () => network.Conditional(3));
        Refused.With("label", "-1", "0..2", () => network.Conditional([0, -1]));
        Refused.With("guidance", "NaN", "a finite number", () => network.Conditional(0, double.NaN));
        Refused.With("label", "0", "without classes", () => points.Conditional(0));
        Refused.With("labels", "3 classes for 2 samples", "one for each", () => network.Conditional([0, 1, 2]).Predict(x, Level));
    }

    private static UNet Network()
    {
        UNet network = new UNet(NetworkExamples.Tiny).Stirred();
        network.Precision = ScalarType.Float32;
        return network;
    }
}
