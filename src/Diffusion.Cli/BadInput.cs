namespace Diffusion.Cli;

/// <summary>Input that cannot be used ends with one line on standard error and exit code 2.</summary>
internal static class BadInput
{
    public static int Report(Func<int> verb)
    {
        try
        {
            return verb();
        }
        catch (Exception exception) when (exception is InvalidInputException or IOException or UnauthorizedAccessException)
        {
            return Refusal.Write(exception.Message);
        }
    }
}
