using static TorchSharp.torch;
using ModuleList = TorchSharp.Modules.ModuleList<TorchSharp.torch.nn.Module>;

namespace Diffusion;

/// <summary>
/// The network of Ho et al. 2020 and Nichol &amp; Dhariwal 2021: down through levels of half the side each, through the
/// middle, and up again, where every block also sees what the way down saw at its size.
/// </summary>
public sealed class UNet : DenoisingNetwork
{
    private readonly NoiseEmbedding embedding;
    private readonly Conv2d input;
    private readonly ModuleList down = new();
    private readonly ModuleList middle = new();
    private readonly ModuleList up = new();
    private readonly GroupNorm outputNorm;
    private readonly Conv2d output;

    /// <summary>A network before training. It answers 0.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">Equal seeds give equal networks.</param>
    /// <exception cref="InvalidInputException">The configuration does not fit together.</exception>
    public UNet(UNetConfig config, int seed = 0)
        : this(config, Initializer.Drawn(seed))
    {
    }

    /// <summary>A network whose parameters come from an initializer, which it disposes.</summary>
    internal UNet(UNetConfig config, Initializer initializer)
        : base(nameof(UNet))
    {
        using var source = initializer;
        config.Validate();
        Config = config;
        using var scope = NewDisposeScope();
        int levels = config.Multipliers.Count, channels = config.BaseChannels;
        embedding = new(config.BaseChannels, config.Embedding, config.Classes, initializer);
        input = new(config.Channels, channels, 3, initializer);

        // The channels that the way down hands over to the way up, last first.
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            int width = config.BaseChannels * config.Multipliers[level];
            for (int block = 0; block < config.BlocksPerLevel; block++)
            {
                down.Add(new UNetBlock(channels, width, config, initializer, attention: Attends(level)));
                skips.Push(channels = width);
            }

            if (level < levels - 1)
            {
                down.Add(new Conv2d(channels, channels, 3, initializer, stride: 2));
                skips.Push(channels);
            }
        }

        middle.Add(new UNetBlock(channels, channels, config, initializer, attention: true));
        middle.Add(new UNetBlock(channels, channels, config, initializer));

        for (int level = levels - 1; level >= 0; level--)
        {
            int width = config.BaseChannels * config.Multipliers[level];
            for (int block = 0; block <= config.BlocksPerLevel; block++)
            {
                bool upsample = level > 0 && block == config.BlocksPerLevel;
                up.Add(new UNetBlock(channels + skips.Pop(), width, config, initializer, Attends(level), upsample));
                channels = width;
            }
        }

        outputNorm = new(channels, config.Groups, initializer);
        output = new(channels, config.Channels, 3, initializer, zero: true);
        RegisterComponents();

        bool Attends(int level) => config.AttentionSizes.Contains(config.Size >> level);
    }

    /// <summary>The network's shape.</summary>
    public UNetConfig Config { get; }

    /// <inheritdoc/>
    public override PredictionTarget Target => Config.Target;

    /// <inheritdoc/>
    public override int Classes => Config.Classes;

    /// <inheritdoc/>
    public override IReadOnlyList<long> SampleShape => [Config.Channels, Config.Size, Config.Size];

    /// <inheritdoc/>
    public override Tensor Forward(
        Tensor x, Tensor logSnr, Tensor? labels = null, Generator? dropout = null, ScalarType compute = ScalarType.Float32) =>
        Forward(x, logSnr, labels, dropout, compute, visit: null);

    /// <summary>The answer without a class, while something looks at the features between the stages and may change them.</summary>
    /// <param name="x">[N, C, H, W], the noisy input.</param>
    /// <param name="level">How noisy it is.</param>
    /// <param name="visit">
    /// Is given the name of each stage and the features that it hands on, [N, features, side, side], and answers with those
    /// that go on in their place, of the same shape and type. The stages bear the names that their parameters begin with:
    /// <c>input</c>, <c>down.0</c>, …, <c>middle.0</c>, <c>middle.1</c>, <c>up.0</c>, …, <c>output</c>. Before each of <c>up</c>
    /// comes the skip that it is given, as <c>skip input</c> or <c>skip down.0</c>, by the stage that it comes from. The tensors,
    /// and those that <paramref name="visit"/> makes, belong to the call.
    /// </param>
    /// <exception cref="InvalidInputException">The input does not have the network's shape.</exception>
    /// <exception cref="InvalidOperationException"><paramref name="visit"/> answered with another shape or type.</exception>
    public Prediction Predict(Tensor x, NoiseLevel level, Func<string, Tensor, Tensor> visit)
    {
        RequireSamples(x);
        using var oneThread = TorchThreads.Use(1);
        return PredictWhole(x, level, (noisy, logSnr) => Forward(noisy, logSnr, labels: null, dropout: null, Precision, Checked));

        Tensor Checked(string stage, Tensor features)
        {
            Tensor next = visit(stage, features);
            return next.dtype == features.dtype && next.shape.SequenceEqual(features.shape)
                ? next
                : throw new InvalidOperationException($"What goes on from {stage} must be {features.dtype} of shape "
                    + $"{TensorShapes.Text(features)}; got {next.dtype} of shape {TensorShapes.Text(next)}.");
        }
    }

    private Tensor Forward(
        Tensor x, Tensor logSnr, Tensor? labels, Generator? dropout, ScalarType compute, Func<string, Tensor, Tensor>? visit)
    {
        var level = embedding.Forward(logSnr, labels);

        // The first convolution, 1/400 of the work, sees the picture in full precision, before it is rounded to bfloat16.
        var h = Visited("input", input.call(x).to(compute));
        var skips = new Stack<(string Stage, Tensor Features)>([("input", h)]);
        for (int i = 0; i < down.Count; i++)
        {
            h = Visited($"down.{i}", down[i] is UNetBlock block ? block.Forward(h, level, dropout) : ((Conv2d)down[i]).call(h));
            skips.Push(($"down.{i}", h));
        }

        for (int i = 0; i < middle.Count; i++)
        {
            h = Visited($"middle.{i}", ((UNetBlock)middle[i]).Forward(h, level, dropout));
        }

        for (int i = 0; i < up.Count; i++)
        {
            var (from, features) = skips.Pop();
            h = Visited($"up.{i}", ((UNetBlock)up[i]).Forward(cat([h, Visited($"skip {from}", features)], 1), level, dropout));
        }

        return Visited("output", output.call(outputNorm.NormSilu(h)).to(ScalarType.Float32));

        Tensor Visited(string stage, Tensor features) => visit?.Invoke(stage, features) ?? features;
    }

    private protected override int MinPart => 4;

    private protected override int MaxPart => Precision == ScalarType.Float32 ? 8 : 16;

    internal override DenoisingNetwork NewLike() => new UNet(Config, Initializer.Blank());
}
