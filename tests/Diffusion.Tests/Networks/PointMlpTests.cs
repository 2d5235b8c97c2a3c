using static TorchSharp.torch;

namespace Diffusion.Tests;

public class PointMlpTests
{
    [Theory]
    [InlineData(1, 8, 1, 0)]
    [InlineData(2, 16, 2, 0)]
    [InlineData(5, 4, 1, 3)]
    public void It_answers_in_the_shape_of_its_input_point_by_point(int dimensions, int width, int blocks, int classes)
    {
        using var scope = NewDisposeScope();
        using var network = new PointMlp(new() { Dimensions = dimensions, Width = width, Blocks = blocks, Classes = classes }).Stirred();
        Tensor x = Noise.Gaussian([7, dimensions], 1);
        NoiseLevel level = NoiseLevel.FromLogSnr(1);

        Prediction all = network.Predict(x, level);

        Assert.Equal([dimensions], network.SampleShape);
        Numbers.AssertNear(network.Predict(x.narrow(0, 2, 3), level).Value, all.Value.narrow(0, 2, 3), 1e-5, "points 2 to 4", all.Value.LargestMagnitude());
        Assert.Equal(ScalarType.Float64, network.Predict(x.to(ScalarType.Float64), level).Value.dtype);
    }

    [Theory]
    [InlineData(PredictionTarget.Noise)]
    [InlineData(PredictionTarget.Sample)]
    [InlineData(PredictionTarget.Velocity)]
    public void Whatever_it_predicts_the_estimates_add_up_to_the_noisy_point(PredictionTarget target)
    {
        using var scope = NewDisposeScope();
        using var network = new PointMlp(new() { Target = target }).Stirred();
        Tensor x = Noise.Gaussian([50, 2], 1, ScalarType.Float64);
        foreach (double logSnr in new[] { -8.0, -1, 0, 3, 9 })
        {
            NoiseLevel level = NoiseLevel.FromLogSnr(logSnr);
            Prediction prediction = network.Predict(x, level);
            Assert.Equal(target, prediction.Target);
            Tensor sum = level.SignalRate * prediction.EstimatedSample(x, level) + level.NoiseRate * prediction.EstimatedNoise(x, level);
            Numbers.AssertNear(x, sum, 1e-9, $"{target} at {logSnr}");
        }
    }
}
