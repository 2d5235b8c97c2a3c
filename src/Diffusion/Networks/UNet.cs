using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Diffusion;

using Diffusion.Networks;

/// <summary>
/// The network of Ho et al. 2020 and Nichol &amp; Dhariwal 2021: down through levels of half the side each, through the
/// middle, and up again, where every block also sees what the way down saw at its size.
/// </summary>
public sealed class UNet : DenoisingNetwork
{
    private readonly LevelEmbedding embedding;
    private readonly Convolution input;
    private readonly ModuleList<nn.Module> down = new();
    private readonly ModuleList<nn.Module> middle = new();
    private readonly ModuleList<nn.Module> up = new();
    private readonly GroupNorm outputNorm;
    private readonly Convolution output;

    /// <summary>A network before training. It answers 0.</summary>
    /// <param name="config">Its shape.</param>
    /// <param name="seed">Equal seeds give equal networks.</param>
    /// <exception cref="InvalidInputException">The configuration does not fit together.</exception>
    public UNet(UNetConfig config, int seed = 0)
        : this(config, Initial.Drawn(seed))
    {
    }

    /// <summary>A network whose parameters come from somewhere, which it disposes.</summary>
    internal UNet(UNetConfig config, Initial initial)
        : base(nameof(UNet))
    {
        using var source = initial;
        config.Validate();
        Config = config;
        using var scope = NewDisposeScope();
        int levels = config.Multipliers.Count, channels = config.BaseChannels;
        embedding = new(config.BaseChannels, config.Embedding, config.Classes, initial);
        input = new(config.Channels, channels, 3, initial);

        // What the way down hands over to the way up, last first.
        var skips = new Stack<int>([channels]);
        for (int level = 0; level < levels; level++)
        {
            int width = config.BaseChannels * config.Multipliers[level];
            for (int block = 0; block < config.BlocksPerLevel; block++)
            {
                down.Add(new Stage(channels, width, config, Attends(level), grows: false, initial));
                skips.Push(channels = width);
            }

            if (level < levels - 1)
            {
                down.Add(new Convolution(channels, channels, 3, initial, stride: 2));
                skips.Push(channels);
            }
        }

        middle.Add(new Stage(channels, channels, config, attends: true, grows: false, initial));
        middle.Add(new Stage(channels, channels, config, attends: false, grows: false, initial));

        for (int level = levels - 1; level >= 0; level--)
        {
            int width = config.BaseChannels * config.Multipliers[level];
            for (int block = 0; block <= config.BlocksPerLevel; block++)
            {
                bool grows = level > 0 && block == config.BlocksPerLevel;
                up.Add(new Stage(channels + skips.Pop(), width, config, Attends(level), grows, initial));
                channels = width;
            }
        }

        outputNorm = new(channels, config.Groups, initial);
        output = new(channels, config.Channels, 3, initial, zero: true);
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
    public override Tensor Forward(Tensor x, Tensor logSnr, Tensor? labels = null, Generator? dropout = null, ScalarType compute = ScalarType.Float32)
    {
        var level = embedding.Forward(logSnr, labels);

        // The first convolution sees the picture's last digits before they are rounded to bfloat16; it is 1/400 of the work.
        var h = input.call(is_grad_enabled() ? x : ChannelsLast.Of(x)).to(compute);
        var skips = new Stack<Tensor>([h]);
        foreach (nn.Module part in down)
        {
            h = part is Stage stage ? stage.Forward(h, level, dropout) : ((Convolution)part).call(h);
            skips.Push(h);
        }

        foreach (nn.Module part in middle)
        {
            h = ((Stage)part).Forward(h, level, dropout);
        }

        foreach (nn.Module part in up)
        {
            h = ((Stage)part).Forward(cat([h, skips.Pop()], 1), level, dropout);
        }

        return output.call(outputNorm.Activate(h)).to(ScalarType.Float32);
    }

    private protected override int LeastPart => 4;

    private protected override int MostPart => 16;

    internal override DenoisingNetwork Sibling() => new UNet(Config, Initial.Blank());
}
