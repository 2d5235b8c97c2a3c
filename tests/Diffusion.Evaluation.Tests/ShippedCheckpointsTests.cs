using static TorchSharp.torch;

namespace Diffusion.Evaluation.Tests;

public class ShippedCheckpointsTests
{
    public static TheoryData<string> Names => [.. Diffusion.Checkpoints.Names];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_network_that_ships_is_small(string name)
    {
        var file = new FileInfo(Path.Combine(AppContext.BaseDirectory, "checkpoints", name + ".safetensors"));

        Assert.InRange(file.Length, 1, 5_000_000);
    }

    /// <summary>
    /// What a linear estimate of each pixel alone can do at best is known from the pixel's variance V: V(1−ᾱ)/(ᾱV + 1−ᾱ).
    /// A network that has learned what its pictures look like does far better on some that it has never seen.
    /// </summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void It_knows_what_pictures_it_has_not_seen_look_like(string name)
    {
        using var scope = NewDisposeScope();
        using DenoisingNetwork network = Diffusion.Checkpoints.Load(name);
        var (unseen, _) = Unseen(name);
        NoiseLevel level = NoiseLevel.FromLogSnr(0);
        Tensor x = unseen * level.SignalRate + Noise.Gaussian(unseen.shape, 3) * level.NoiseRate;
        using Prediction answer = network.Predict(x, level);

        double error = (answer.EstimatedSample(x, level) - unseen).square().mean().item<float>();
        Tensor variance = unseen.var(0, unbiased: false);
        double linear = (variance * level.OneMinusAlphaBar / (variance * level.AlphaBar + level.OneMinusAlphaBar)).mean().item<float>();

        Assert.True(error < linear / 3, $"{error} beside {linear}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Told_the_right_class_it_errs_less_than_told_another(string name)
    {
        using var scope = NewDisposeScope();
        using DenoisingNetwork network = Diffusion.Checkpoints.Load(name);
        var (unseen, labels) = Unseen(name);
        NoiseLevel level = NoiseLevel.FromLogSnr(-3);
        Tensor x = unseen * level.SignalRate + Noise.Gaussian(unseen.shape, 3) * level.NoiseRate;
        long[] right = [.. labels.data<long>()], wrong = [.. right.Select(label => (label + 1) % network.Classes)];

        double known = Error(right), misled = Error(wrong);

        Assert.True(known < misled, $"{known} beside {misled}");

        double Error(long[] classes)
        {
            using Prediction answer = network.Conditional(classes).Predict(x, level);
            return (answer.EstimatedSample(x, level) - unseen).square().mean().item<float>();
        }
    }

    private static (Tensor Samples, Tensor Labels) Unseen(string name)
    {
        // Other flowers than those of training, for their seed is another; of the digits, the tenth that is held out.
        using DataSet data = DataSet.Open(name, name == "flowers" ? 640 : null, seed: name == "flowers" ? 99 : 1);
        var (training, heldOut) = data.Divide();
        using (training)
        {
            using (heldOut)
            {
                return (heldOut.Samples.narrow(0, 0, 60).clone(), heldOut.Labels!.narrow(0, 0, 60).clone());
            }
        }
    }
}
