using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that shape an untrained network.</summary>
internal sealed class NetworkOptions
{
    private readonly Option<int> width = Options.WithDefault("--base", 32, "Features of the UNet's first level.");
    private readonly Option<string> multipliers = Options.WithDefault(
        "--multipliers", "1,2,4", "Features of each level as multiples of the first's; every level halves the side.");

    private readonly Option<int> blocks = Options.WithDefault("--blocks", 1, "Residual blocks a level; for points, blocks in all.");
    private readonly Option<string> attention = Options.WithDefault(
        "--attention", "8", "Sides at which pixels attend to each other, or none.");

    private readonly Option<int> heads = Options.WithDefault("--heads", 4, "Heads of an attention.");
    private readonly Option<double> dropout = Options.WithDefault("--dropout", 0.0, "The probability that training drops a feature.");
    private readonly Option<string> target = Options.WithDefault(
        "--target", "velocity", "What the network predicts: velocity, noise or sample.");

    private readonly Option<bool> unconditional = new("--unconditional") { Description = "Ignore the labels of the data." };
    private readonly Option<int> seed = Options.WithDefault("--network-seed", 0, "The seed of the weights before training.");

    public IEnumerable<Option> All => [width, multipliers, blocks, attention, heads, dropout, target, unconditional, seed];

    /// <summary>A UNet for pictures, a <see cref="PointMlp"/> for points.</summary>
    /// <exception cref="InvalidInputException">The options do not fit together, or not the data.</exception>
    public DenoisingNetwork Build(ParseResult parsed, DataSet data)
    {
        int classes = parsed.GetValue(unconditional) ? 0 : data.Classes.Count;
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
            var points = new PointMlpConfig
            {
                Dimensions = (int)shape[1],
                Width = parsed.GetValue(width),
                Blocks = parsed.GetValue(blocks),
                Classes = classes,
                Target = predicts,
            };
            return new PointMlp(points, parsed.GetValue(seed));
        }

        InvalidInputException.Require(shape[2] == shape[3], "--data", $"pictures of {shape[2]}×{shape[3]}", "square pictures");
        string sides = parsed.GetValue(attention)!;
        var pictures = new UNetConfig
        {
            Channels = (int)shape[1],
            Size = (int)shape[2],
            BaseChannels = parsed.GetValue(width),
            Multipliers = IntList.Parse(multipliers.Name, parsed.GetValue(multipliers)!),
            BlocksPerLevel = parsed.GetValue(blocks),
            AttentionSizes = sides == "none" ? [] : IntList.Parse(attention.Name, sides),
            Heads = parsed.GetValue(heads),
            Dropout = parsed.GetValue(dropout),
            Classes = classes,
            Target = predicts,
        };
        return new UNet(pictures, parsed.GetValue(seed));
    }
}
