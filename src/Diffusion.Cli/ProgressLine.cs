namespace Diffusion.Cli;

/// <summary>One line on standard error that says how far a long verb is; nothing where no person is watching.</summary>
internal sealed class ProgressLine : IDisposable
{
    private int shown;

    /// <summary>Replaces the line.</summary>
    public void Show(string text)
    {
        if (!Console.IsErrorRedirected)
        {
            Console.Error.Write('\r' + text.PadRight(shown));
            shown = text.Length;
        }
    }

    /// <summary>Clears the line, so that what follows stands alone.</summary>
    public void Dispose()
    {
        if (shown > 0)
        {
            Console.Error.Write('\r' + new string(' ', shown) + '\r');
            shown = 0;
        }
    }
}
