using TorchSharp.Modules;
using static TorchSharp.torch;
using Linear = Diffusion.Runtime.Linear;

namespace Diffusion;

/// <summary>
/// A small network for points: residual layers that are scaled and shifted by the embedded noise level, as the
/// <see cref="UNet"/>'s blocks are.
/// </summary>
public sealed class PointMlp : DenoisingNetwork
{
    private const int SinusoidCount = 32;

    private readonly NoiseEmbedding embedding;
    private readonly Linear input;
    private readonly ModuleList<PointBlock> blocks = new();
    private readonly Linear output;

    /// <summary>A network before training. It answers 0.</summary>
    /// <param name="config">Its shape; two-dimensional points by default.</param>
    /// <param name="seed">Equal seeds give equal networks.</param>
    /// <exception cref="InvalidInputException">The configuration does not fit together.</exception>
    public PointMlp(PointMlpConfig? config = null, int seed = 0)
        : this(config ?? new(), Initializer.Drawn(seed))
    {
    }

    /// <summary>A network whose parameters come from an initializer, which it disposes.</summary>
    internal PointMlp(PointMlpConfig config, Initializer initializer)
        : base(nameof(PointMlp))
    {
        using var source = initializer;
        Config = config;
        Config.Validate();
        using var scope = NewDisposeScope();
        embedding = new(SinusoidCount, Config.Width, Config.Classes, initializer);
        input = new(Config.Dimensions, Config.Width, initializer);
        for (int block = 0; block < Config.Blocks; block++)
        {
            blocks.Add(new(Config.Width, initializer));
        }

        output = new(Config.Width, Config.Dimensions, initializer, zero: true);
        RegisterComponents();
    }

    /// <summary>The network's shape.</summary>
    public PointMlpConfig Config { get; }

    /// <inheritdoc/>
    public override PredictionTarget Target => Config.Target;

    /// <inheritdoc/>
    public override int Classes => Config.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<long> SampleShape => [Config.Dimensions];

    /// <inheritdoc/>
    /// <remarks>It is always computed in float32: there are no convolutions to gain from bfloat16.</remarks>
    public override Tensor Forward(
        Tensor x, Tensor logSnr, Tensor? labels = null, Generator? dropout = null, ScalarType compute = ScalarType.Float32)
    {
        var level = embedding.Forward(logSnr, labels);
        var h = input.call(x);
        foreach (PointBlock block in blocks)
        {
            h = block.Forward(h, level);
        }

        return output.call(nn.functional.silu(h));
    }

    private protected override int MinPart => 1024;

    private protected override int MaxPart => 8192;

    internal override DenoisingNetwork NewLike() => new PointMlp(Config, Initializer.Blank());

    /// <summary>h + W₂·SiLU((W₁·SiLU(h))·(1 + scale) + shift), where scale and shift come from the embedded noise level.</summary>
    private sealed class PointBlock : nn.Module
    {
        private readonly Linear first;
        private readonly Linear condition;
        private readonly Linear second;

        public PointBlock(int width, Initializer initializer)
            : base(nameof(PointBlock))
        {
            first = new(width, width, initializer);
            condition = new(width, 2 * width, initializer);
            second = new(width, width, initializer, zero: true);
            RegisterComponents();
        }

        /// <summary>[N, width] → [N, width].</summary>
        /// <param name="h">The features.</param>
        /// <param name="embedding">SiLU of the embedded noise level, [N or 1, width].</param>
        public Tensor Forward(Tensor h, Tensor embedding)
        {
            var scaleShift = condition.call(embedding).chunk(2, 1);
            var inner = first.call(nn.functional.silu(h));
            inner = (inner * scaleShift[0].Plus(1)).Plus(scaleShift[1]);
            return h.Plus(second.call(nn.functional.silu(inner)));
        }
    }
}
