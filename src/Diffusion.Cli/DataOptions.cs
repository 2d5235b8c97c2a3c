using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that every verb with a data set takes.</summary>
internal sealed class DataOptions
{
    private const int Channels = 3, Side = 32;

    private readonly Option<int?> count = new("--count")
    {
        Description = $"How many flowers ({DataSet.DefaultFlowers} if absent) or points ({DataSet.DefaultPoints}) to make.",
    };

    private readonly Option<int> seed = Options.WithDefault("--data-seed", 1, "The seed of made flowers and points.");
    private readonly Option<int?> side = new("--side")
    {
        Description = $"The side in pixels that pictures of a folder are resized to; the network's if absent, or {Side}.",
    };

    private readonly Option<int?> channels = new("--channels")
    {
        Description = $"1 reads pictures of a folder in grey, 3 in colour; as the network takes them if absent, or {Channels}.",
    };

    public IEnumerable<Option> All => [count, seed, side, channels];

    /// <summary>Opens the data set as the options say.</summary>
    /// <param name="name">The data set.</param>
    /// <param name="parsed">The options.</param>
    /// <param name="network">The network that is to be given its samples, if there is one yet.</param>
    /// <exception cref="InvalidInputException">The name is unknown, or what it names cannot be read.</exception>
    public DataSet Open(string name, ParseResult parsed, DenoisingNetwork? network = null)
    {
        (int ownChannels, int ownSide) = network?.SampleShape is [var c, var h, _] ? ((int)c, (int)h) : (Channels, Side);
        DataSet data = DataSet.Open(
            name, parsed.GetValue(count), parsed.GetValue(seed), parsed.GetValue(side) ?? ownSide, parsed.GetValue(channels) ?? ownChannels);
        if (data.Skipped.Count > 0)
        {
            Console.Error.WriteLine($"ddm: left out, being no pictures: {PictureFolder.Listed(data.Skipped)}");
        }

        return data;
    }
}
