using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>The options that every verb with a data set takes.</summary>
internal sealed class DataOptions
{
    public Option<int?> Count { get; } = new("--count") { Description = $"How many flowers ({DataSet.DefaultFlowers} if absent) or points ({DataSet.DefaultPoints}) to make." };

    public Option<int> Seed { get; } = new("--data-seed") { Description = "The seed of made flowers and points.", DefaultValueFactory = _ => 1 };

    public Option<int> Side { get; } = new("--side") { Description = "The side in pixels that pictures of a folder are resized to.", DefaultValueFactory = _ => 32 };

    public Option<int> Channels { get; } = new("--channels") { Description = "1 reads pictures of a folder in grey, 3 in colour.", DefaultValueFactory = _ => 3 };

    /// <summary>Opens the data set as the options say.</summary>
    /// <exception cref="InvalidInputException">The name is unknown, or what it names cannot be read.</exception>
    public DataSet Open(string name, ParseResult parsed) =>
        DataSet.Open(name, parsed.GetValue(Count), parsed.GetValue(Seed), parsed.GetValue(Side), parsed.GetValue(Channels));
}
