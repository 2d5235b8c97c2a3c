using System.CommandLine;

namespace Diffusion.Cli;

/// <summary>Makes options, and adds them to verbs.</summary>
internal static class Options
{
    public static Option<T> WithDefault<T>(string name, T value, string description) =>
        new(name) { Description = description, DefaultValueFactory = _ => value };

    /// <summary>An option that takes one of some names, offers them to the shell, and says them where it got another.</summary>
    public static Option<string> OneOf(string name, string description, params string[] names)
    {
        var option = new Option<string>(name) { Description = description };
        option.CompletionSources.Add(names);
        option.Validators.Add(result =>
        {
            if (result.Tokens is [var token] && !names.Contains(token.Value))
            {
                result.AddError($"{name}: got {token.Value}, takes {string.Join(" or ", names)}.");
            }
        });
        return option;
    }

    public static void AddAll(this Command command, IEnumerable<Option> options)
    {
        foreach (Option option in options)
        {
            command.Add(option);
        }
    }
}
