using System.Runtime.Intrinsics;
using static TorchSharp.torch;

namespace Diffusion.Runtime.Tests;

public class FusedGroupNormTests
{
    /// <summary>Against the definition in double precision, also where the mean is a thousand standard deviations away.</summary>
    [Theory]
    [InlineData(ScalarType.Float32, 0, 2e-6)]
    [InlineData(ScalarType.Float32, 1000, 1e-3)]
    [InlineData(ScalarType.BFloat16, 0, 5e-3)]
    public void It_is_group_norm_then_scale_and_shift_then_silu(ScalarType type, double mean, double tolerance)
    {
        using var noGradient = no_grad();
        using var random = new Generator(3, CPU);
        foreach (var (channels, groups, height, width) in new[] { (16, 1, 1, 1), (16, 16, 3, 5), (32, 8, 8, 8), (48, 4, 2, 7), (96, 8, 16, 16) })
        {
            foreach (bool together in new[] { true, false })
            {
                foreach (bool activate in new[] { true, false })
                {
                    using var scope = NewDisposeScope();
                    Tensor x = (randn([3, channels, height, width], generator: random) * 3 + mean).to(type);
                    Tensor factor = randn([together ? 1 : 3, channels], generator: random), offset = randn([together ? 1 : 3, channels], generator: random);
                    Tensor normal = Normal(x.to(ScalarType.Float64).view(3, groups, -1)).view(x.shape);
                    Tensor y = normal * factor.unsqueeze(-1).unsqueeze(-1) + offset.unsqueeze(-1).unsqueeze(-1);
                    Tensor expected = activate ? y / (1 + (-y).exp()) : y;

                    Assert.True(FusedGroupNorm.Takes(x));
                    foreach (Tensor kept in new[] { x, FeatureMaps.ChannelsLast(x) })
                    {
                        Tensor answer = FusedGroupNorm.Apply(kept, groups, 1e-5, factor, offset, activate);
                        Assert.Equal(type, answer.dtype);
                        Numbers.AssertNear(expected, answer, tolerance, $"{channels} in {groups}, {height}×{width}, {activate}");
                    }
                }
            }
        }

        static Tensor Normal(Tensor x)
        {
            Tensor centred = x - x.mean([-1], keepdim: true);
            return centred / (centred.square().mean([-1], keepdim: true) + 1e-5).sqrt();
        }
    }

    [Fact]
    public void Both_exponentials_are_exact_to_their_digits_from_end_to_end()
    {
        for (float x = -86; x <= 86; x += 0.0137f)
        {
            double expected = Math.Exp(x), got = FusedGroupNorm.Exp(Vector512.Create(x))[5], coarse = FusedGroupNorm.CoarseExp(Vector512.Create(x))[5];
            Assert.True(Math.Abs(got / expected - 1) < 5e-7, $"e^{x}: {got} for {expected}");
            Assert.True(Math.Abs(coarse / expected - 1) < Math.ScaleB(1, -14), $"e^{x}: {coarse} for {expected}");
        }
    }

    [Fact]
    public void Gradients_and_narrow_channels_go_another_way()
    {
        using Tensor x = zeros(1, 16, 2, 2), narrow = zeros(1, 12, 2, 2);
        Assert.False(FusedGroupNorm.Takes(x));
        using var noGradient = no_grad();
        Assert.True(FusedGroupNorm.Takes(x));
        Assert.False(FusedGroupNorm.Takes(narrow));
    }
}
