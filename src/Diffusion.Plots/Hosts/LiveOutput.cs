namespace Diffusion.Plots.Hosts;

/// <summary>An output of a notebook, a file or a line of text that shows one figure after another.</summary>
/// <param name="Replace">Shows the next figure.</param>
/// <param name="Pause">The least time between two of them.</param>
/// <param name="Appends">Whether the host keeps what it showed, so that only a state which stays for a while is worth showing.</param>
internal sealed record LiveOutput(Action<Figure> Replace, TimeSpan Pause, bool Appends = false)
{
    /// <summary>An output that is replaced in place, ten times a second at most.</summary>
    public LiveOutput(Action<Figure> replace)
        : this(replace, TimeSpan.FromMilliseconds(100))
    {
    }
}
