using TorchSharp;
using static TorchSharp.torch;

namespace Diffusion.Tests;

public class DeviceTests
{
    /// <summary>
    /// Tensors on the device "meta" have shapes and no numbers, and mix with none of the processor's. libtorch has no
    /// convolutions there, so this is the network of points; the one of pictures makes no other tensors than this one does.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Every_tensor_of_an_answer_is_made_where_the_network_is(bool gradients)
    {
        using var scope = NewDisposeScope();
        using var network = new PointMlp();
        network.Device = META;
        Tensor x = zeros([2, .. network.SampleShape], device: META), logSnr = zeros([2], device: META);
        using var mode = set_grad_enabled(gradients);

        Tensor answer = network.Forward(x, logSnr);

        Assert.Equal(DeviceType.META, answer.device_type);
        Assert.Equal(x.shape, answer.shape);
    }

    [Fact]
    public void Moving_to_where_it_is_changes_no_answer()
    {
        using var scope = NewDisposeScope();
        using var network = new UNet(NetworkExamples.Tiny).Stirred();
        Tensor x = Noise.Gaussian([2, 1, 4, 4], 2);
        byte[] before = network.Predict(x, NoiseLevel.FromLogSnr(0)).Value.Bytes();
        network.Device = CPU;

        Assert.Equal(before, network.Predict(x, NoiseLevel.FromLogSnr(0)).Value.Bytes());
    }
}
