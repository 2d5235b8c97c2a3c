using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary>How a verb ends that cannot go on: one line on standard error; exit code 2 for bad input, 130 when the user ends it.</summary>
internal static class Refusal
{
    private const string Nothing = "nothing was written.";

    /// <summary>Runs a verb, and refuses what it cannot use.</summary>
    /// <param name="verb">Gives the exit code.</param>
    /// <param name="left">What is left when the user ends it.</param>
    public static int Of(Func<int> verb, string left = Nothing) => OfAsync(() => Task.FromResult(verb()), left).GetAwaiter().GetResult();

    /// <inheritdoc cref="Of"/>
    public static async Task<int> OfAsync(Func<Task<int>> verb, string left = Nothing)
    {
        try
        {
            return await verb().ConfigureAwait(false);
        }
        catch (Exception e) when (e is InvalidInputException or NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            return Write(e.Message);
        }
        catch (OperationCanceledException)
        {
            Console.Error.WriteLine($"ddm: cancelled; {left}");
            return 130;
        }
    }

    public static int Write(string message)
    {
        Console.Error.WriteLine("ddm: " + message.ReplaceLineEndings(" "));
        return 2;
    }
}
