using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary>What <c>run</c> and <c>book</c> both take.</summary>
internal static class NotebookOptions
{
    /// <summary>The longest a cell may take unless the user says otherwise.</summary>
    public static readonly TimeSpan CellTimeLimit = TimeSpan.FromMinutes(10);

    /// <summary>The notebooks' argument.</summary>
    public static Argument<string[]> Notebooks(ArgumentArity arity) => new("notebooks")
    {
        Description = "Notebooks (.ipynb or .dib), or folders of .ipynb files.",
        Arity = arity,
    };

    /// <summary>The folder to write to.</summary>
    public static Option<string> Output(string otherwise) => new("--output", "-o")
    {
        Description = $"The folder to write to; {otherwise} beside the notebooks' folder when absent.",
        DefaultValueFactory = _ => Path.Combine(NotebookFiles.Home(), otherwise),
    };

    /// <summary>Values for the notebooks' parameters, by name.</summary>
    public static Option<IReadOnlyDictionary<string, string>> Parameters() => new("--parameters", "-p")
    {
        Description = "A parameter, again for each: goes into a new cell after the one tagged parameters, which every notebook must have "
            + "and which declares it. Numbers, true, false and null are such, anything else is a string.",
        HelpName = "name=value",
        Arity = ArgumentArity.OneOrMore,
        CustomParser = Parse,
        DefaultValueFactory = _ => new Dictionary<string, string>(),
    };

    /// <summary>The time limit of a cell, in seconds.</summary>
    public static Option<double> CellLimit()
    {
        var option = Options.WithDefault("--cell-limit", CellTimeLimit.TotalSeconds, "The longest a cell may take, in seconds.");
        option.Validators.Add(result =>
        {
            if (!result.Tokens.All(token =>
                double.TryParse(token.Value, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 86400))
            {
                result.AddError($"--cell-limit: got {result.Tokens[0].Value}, takes seconds above 0, 86400 at most.");
            }
        });
        return option;
    }

    private static Dictionary<string, string> Parse(ArgumentResult result)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var token in result.Tokens.Select(token => token.Value))
        {
            var (name, value) = token.Split('=', 2) is [var before, var after] ? (before, after) : (token, null);
            if (value is null || !NotebookParameters.IsName(name))
            {
                result.AddError($"--parameters: got {token}, takes name=value with a C# identifier as the name.");
            }
            else if (!values.TryAdd(name, value))
            {
                result.AddError($"--parameters: got {name} twice, takes each name once.");
            }
        }

        return values;
    }
}
