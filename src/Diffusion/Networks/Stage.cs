using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>A residual block, then an attention where the level has one, then twice the side at the end of a level on the way up.</summary>
internal sealed class Stage : nn.Module
{
    private readonly ResidualBlock block;
    private readonly SelfAttention? attention;
    private readonly Convolution? upsample;

    public Stage(int input, int output, UNetConfig config, bool attends, bool grows, Initial initial)
        : base(nameof(Stage))
    {
        block = new(input, output, config, initial);
        attention = attends ? new(output, config, initial) : null;
        upsample = grows ? new(output, output, 3, initial) : null;
        RegisterComponents();
    }

    /// <summary>[N, input, H, W] → [N, output, H, W], or [N, output, 2H, 2W].</summary>
    public Tensor Forward(Tensor x, Tensor embedding, Generator? random)
    {
        var h = block.Forward(x, embedding, random);
        h = attention?.Forward(h) ?? h;
        return upsample is null ? h : upsample.call(Twice(h));
    }

    // libtorch repeats pixels several times as fast with the features of each together; the way there and back is cheap.
    private static Tensor Twice(Tensor x)
    {
        var twice = nn.functional.interpolate(ChannelsLast.Of(x), scale_factor: [2, 2], mode: InterpolationMode.Nearest);
        return is_grad_enabled() ? twice.contiguous() : twice;
    }
}
