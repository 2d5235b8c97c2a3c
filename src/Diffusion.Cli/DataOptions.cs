using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that every verb with a data set takes.</summary>
internal sealed class DataOptions
{
    private readonly Option<int?> count = new("--count")
    {
        Description = $"How many flowers ({DataSet.DefaultFlowers} if absent) or points ({DataSet.DefaultPoints}) to make.",
    };

    private readonly Option<int> seed = Options.WithDefault("--data-seed", 1, "The seed of made flowers and points.");
    private readonly Option<int> side = Options.WithDefault("--side", 32, "The side in pixels that pictures of a folder are resized to.");
    private readonly Option<int> channels = Options.WithDefault("--channels", 3, "1 reads pictures of a folder in grey, 3 in colour.");

    public IEnumerable<Option> All => [count, seed, side, channels];

    /// <summary>Opens the data set as the options say.</summary>
    /// <exception cref="InvalidInputException">The name is unknown, or what it names cannot be read.</exception>
    public DataSet Open(string name, ParseResult parsed)
    {
        DataSet data = DataSet.Open(
            name, parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(side), parsed.GetValue(channels));
        if (data.Skipped.Count > 0)
        {
            Console.Error.WriteLine($"ddm: left out, being no pictures: {PictureFolder.Listed(data.Skipped)}");
        }

        return data;
    }
}
