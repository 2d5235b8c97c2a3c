using Diffusion.Networks;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A small network for points: residual layers that are scaled and shifted by the embedded noise level, as the
/// <see cref="UNet"/>'s blocks are.
/// </summary>
public sealed class PointMlp : DenoisingNetwork
{
    private const int Waves = 32;

    private readonly LevelEmbedding embedding;
    private readonly Dense input;
    private readonly ModuleList<PointBlock> blocks = new();
    private readonly Dense output;

    /// <summary>A network before training. It answers 0.</summary>
    /// <param name="config">Its shape; two-dimensional points by default.</param>
    /// <param name="seed">Equal seeds give equal networks.</param>
    /// <exception cref="InvalidInputException">The configuration does not fit together.</exception>
    public PointMlp(PointMlpConfig? config = null, int seed = 0)
        : this(config ?? new(), Initial.Drawn(seed))
    {
    }

    /// <summary>A network whose parameters come from somewhere, which it disposes.</summary>
    internal PointMlp(PointMlpConfig config, Initial initial)
        : base(nameof(PointMlp))
    {
        using var source = initial;
        Config = config;
        Config.Validate();
        using var scope = NewDisposeScope();
        embedding = new(Waves, Config.Width, Config.Classes, initial);
        input = new(Config.Dimensions, Config.Width, initial);
        for (int block = 0; block < Config.Blocks; block++)
        {
            blocks.Add(new(Config.Width, initial));
        }

        output = new(Config.Width, Config.Dimensions, initial, zero: true);
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
    public override Tensor Forward(Tensor x, Tensor logSnr, Tensor? labels = null, Generator? dropout = null, ScalarType compute = ScalarType.Float32)
    {
        var level = embedding.Forward(logSnr, labels);
        var h = input.call(x);
        foreach (PointBlock block in blocks)
        {
            h = block.Forward(h, level);
        }

        return output.call(nn.functional.silu(h, inplace: false));
    }

    private protected override int LeastPart => 1024;

    private protected override int MostPart => 8192;

    internal override DenoisingNetwork Sibling() => new PointMlp(Config, Initial.Blank());
}
