using System.CommandLine;
using System.CommandLine.Parsing;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary>How a verb ends that cannot go on: one line on standard error; exit code 2 for bad input, 130 when the user ends it.</summary>
internal static class Refusal
{
    /// <summary>What is left of most verbs that the user ends.</summary>
    public const string Nothing = "nothing was written.";

    /// <summary>Runs a verb, and refuses what it cannot use.</summary>
    /// <param name="verb">Gives the exit code.</param>
    /// <param name="left">What is left when the user ends it.</param>
    public static int Of(Func<int> verb, string left = Nothing) =>
        OfAsync(() => Task.FromResult(verb()), () => left).GetAwaiter().GetResult();

    /// <inheritdoc cref="Of"/>
    public static async Task<int> OfAsync(Func<Task<int>> verb, Func<string>? left = null)
    {
        try
        {
            return await verb().ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidInputException or NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            return Write(e.Message);
        }
        catch (Exception e) when (e is OutOfMemoryException || e.Message.Contains("can't allocate memory", StringComparison.Ordinal))
        {
            return Write("the memory here is not enough for this; take fewer samples or timesteps, a smaller batch or a smaller network.");
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"ddm: cancelled; {left?.Invoke() ?? Nothing}");
            return 130;
        }
    }

    /// <summary>Refuses a line of options that does not say what it should.</summary>
    /// <returns>The exit code; null where the line is right.</returns>
    public static int? OfLine(ParseResult parsed)
    {
        int empty = parsed.Tokens.ToList().FindIndex(token => token.Value.Length == 0);
        if (empty >= 0)
        {
            return Write($"{(empty > 0 ? parsed.Tokens[empty - 1].Value : "the first argument")}: got an empty text; takes a value");
        }

        // A comma would be taken for one between thousands: 0,5 for 5.
        OptionResult? comma = parsed.CommandResult.Children.OfType<OptionResult>().FirstOrDefault(
            result => IsReal(result.Option) && result.Tokens.Any(token => token.Value.Contains(',', StringComparison.Ordinal)));
        if (comma is null && parsed.Errors.Count == 0)
        {
            return null;
        }

        SymbolResult? wrong = comma ?? parsed.Errors[0].SymbolResult;
        return Write(wrong is OptionResult { Tokens: [var got], Option: var option } && (IsReal(option) || IsWhole(option))
            ? $"{option.Name}: got {got.Value}; takes {(IsReal(option) ? "a number" : $"a whole number up to {int.MaxValue}")}"
            : parsed.Errors[0].Message);
    }

    private static bool IsReal(Option option) => option.ValueType == typeof(double) || option.ValueType == typeof(double?);

    private static bool IsWhole(Option option) => option.ValueType == typeof(int) || option.ValueType == typeof(int?);

    public static int Write(string message)
    {
        Console.Error.WriteLine("ddm: " + message.ReplaceLineEndings(" "));
        return 2;
    }
}
