using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>Makes options, and adds them to verbs.</summary>
internal static class Options
{
    public static Option<T> WithDefault<T>(string name, T value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    public static void AddAll(this Command command, IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            command.Add(option);
        }
    }
}
