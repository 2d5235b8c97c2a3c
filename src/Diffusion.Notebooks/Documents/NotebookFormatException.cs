namespace Diffusion.Notebooks;

/// <summary>A file that cannot be read as a notebook of nbformat 4. The message is one line that names the file.</summary>
public sealed class NotebookFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="message">
    /// One line that names the file and what is wrong with it. Line ends and other control characters of what it cites become spaces.
    /// </param>
    /// <param name="inner">The cause, if another exception tells it.</param>
    public NotebookFormatException(string message, Exception? inner = null)
        : base(string.Concat(message.ReplaceLineEndings(" ").Select(letter => char.IsControl(letter) ? ' ' : letter)), inner)
    {
    }
}
