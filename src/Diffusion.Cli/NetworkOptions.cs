using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that shape an untrained network.</summary>
internal sealed class NetworkOptions
{
    private readonly Option<int> width = new("--base") { Description = "Features of the UNet's first level.", DefaultValueFactory = _ => 32 };
    private readonly Option<string> multipliers = new("--multipliers") { Description = "Features of each level as multiples of the first's; every level halves the side.", DefaultValueFactory = _ => "1,2,4" };
    private readonly Option<int> blocks = new("--blocks") { Description = "Residual blocks a level; for points, blocks in all.", DefaultValueFactory = _ => 1 };
    private readonly Option<string> attention = new("--attention") { Description = "Sides at which pixels attend to each other, or none.", DefaultValueFactory = _ => "8" };
    private readonly Option<int> heads = new("--heads") { Description = "Heads of an attention.", DefaultValueFactory = _ => 4 };
    private readonly Option<double> dropout = new("--dropout") { Description = "The probability that training drops a feature.", DefaultValueFactory = _ => 0 };
    private readonly Option<string> target = new("--target") { Description = "What the network predicts: velocity, noise or sample.", DefaultValueFactory = _ => "velocity" };
    private readonly Option<bool> unconditional = new("--unconditional") { Description = "Ignore the labels of the data." };
    private readonly Option<int> seed = new("--network-seed") { Description = "The seed of the weights before training.", DefaultValueFactory = _ => 0 };

    public IEnumerable<Option> All => [width, multipliers, blocks, attention, heads, dropout, target, unconditional, seed];

    /// <summary>Whether the network is told the labels of the data.</summary>
    public bool UseLabels(ParseResult parsed) => !parsed.GetValue(unconditional);

    /// <summary>A UNet for pictures, a <see cref="PointMlp"/> for points.</summary>
    /// <exception cref="InvalidInputException">The options do not fit together, or not the data.</exception>
    public DenoisingNetwork Build(ParseResult parsed, DataSet data)
    {
        int classes = UseLabels(parsed) ? data.Classes.Count : 0;
        PredictionTarget predicts = parsed.GetValue(target) switch
        {
            "velocity" => PredictionTarget.Velocity,
            "noise" => PredictionTarget.Noise,
            "sample" => PredictionTarget.Sample,
            var other => throw new InvalidInputException("--target", $"\"{other}\"", "velocity, noise or sample"),
        };
        long[] shape = data.Samples.shape;
        if (!data.ArePictures)
        {
            return new PointMlp(new() { Dimensions = (int)shape[1], Width = parsed.GetValue(width), Blocks = parsed.GetValue(blocks), Classes = classes, Target = predicts }, parsed.GetValue(seed));
        }

        if (shape[2] != shape[3])
        {
            throw new InvalidInputException("--data", $"pictures of {shape[2]}×{shape[3]}", "square pictures");
        }

        string sides = parsed.GetValue(attention)!;
        return new UNet(
            new()
            {
                Channels = (int)shape[1],
                Size = (int)shape[2],
                BaseChannels = parsed.GetValue(width),
                Multipliers = Numbers.Whole(multipliers.Name, parsed.GetValue(multipliers)!),
                BlocksPerLevel = parsed.GetValue(blocks),
                AttentionSizes = sides == "none" ? [] : Numbers.Whole(attention.Name, sides),
                Heads = parsed.GetValue(heads),
                Dropout = parsed.GetValue(dropout),
                Classes = classes,
                Target = predicts,
            },
            parsed.GetValue(seed));
    }
}
