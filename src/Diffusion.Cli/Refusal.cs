namespace Diffusion.Cli;

/// <summary>How every verb refuses bad input: one line on standard error, exit code 2.</summary>
internal static class Refusal
{
    /// <summary>The exit code for bad input.</summary>
    public const int ExitCode = 2;

    /// <summary>Writes the line.</summary>
    /// <param name="message">What was wrong, in one line.</param>
    /// <returns>The exit code.</returns>
    public static int Write(string message)
    {
        Console.Error.WriteLine("ddm: " + message.ReplaceLineEndings(" "));
        return ExitCode;
    }

    /// <summary>Says that the user ended the run.</summary>
    /// <param name="left">What is left of it.</param>
    /// <returns>The exit code that shells use for it.</returns>
    public static int Cancelled(string left = "nothing was written.")
    {
        Console.Error.WriteLine($"ddm: cancelled; {left}");
        return 130;
    }
}
