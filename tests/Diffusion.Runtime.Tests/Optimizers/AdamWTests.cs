using static TorchSharp.torch;

namespace Diffusion.Runtime.Tests;

public class AdamWTests
{
    [Fact]
    public void It_is_libtorchs_own_up_to_the_last_digits()
    {
        using var scope = NewDisposeScope();
        using var random = new Generator(3, CPU);
        const double Decay = 0.1;
        Tensor values = randn([20], ScalarType.Float64, generator: random), decays = ones([20], ScalarType.Float64);
        var parameter = new TorchSharp.Modules.Parameter(values.clone());
        var theirs = optim.AdamW([parameter], lr: 0.01, beta1: 0.9, beta2: 0.99, eps: 1e-8, weight_decay: Decay);
        using var ours = new AdamW(decays, Decay);
        for (int step = 1; step <= 30; step++)
        {
            Tensor gradient = randn([20], ScalarType.Float64, generator: random);
            ours.Update(values, gradient, 0.01, step);
            parameter.grad = gradient;
            theirs.step();
            Numbers.AssertNear(parameter.detach(), values, 1e-12, $"step {step}");
        }
    }

    [Fact]
    public void Only_what_the_mask_marks_decays()
    {
        using var scope = NewDisposeScope();
        Tensor values = ones([2]);
        using var optimizer = new AdamW(tensor([1f, 0f]), decay: 0.5);
        optimizer.Update(values, zeros([2]), rate: 0.1, step: 1);
        Assert.Equal([1 - 0.1 * 0.5, 1], values.Values().Select(value => Math.Round(value, 6)));
    }
}
