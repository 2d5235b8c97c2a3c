using System.Diagnostics;

namespace Diffusion.Plots;

/// <summary>
/// A figure on the page that can be replaced. Updates come as fast as the caller likes: at most ten a second
/// reach the page, and the last one always does, at the latest a tenth of a second after it came.
/// </summary>
public sealed class LiveFigure : IDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private readonly Lock gate = new();
    private readonly Action<Figure> replace;
    private readonly Timer timer;
    private long shownAt;
    private Figure? waiting;

    internal LiveFigure(Figure first, Action<Figure> replace)
    {
        this.replace = replace;
        Current = first;
        shownAt = Stopwatch.GetTimestamp();
        timer = new Timer(_ => FlushLate(), null, Timeout.Infinite, Timeout.Infinite);
    }

    /// <summary>The figure that was given last.</summary>
    public Figure Current { get; private set; }

    /// <summary>Replaces the figure.</summary>
    /// <param name="figure">The next state.</param>
    public void Update(Figure figure)
    {
        lock (gate)
        {
            Current = figure;
            waiting = figure;
            var rest = Pause - Stopwatch.GetElapsedTime(shownAt);
            if (rest <= TimeSpan.Zero)
            {
                Flush();
            }
            else
            {
                // Should no other update come, the timer shows this one.
                timer.Change(rest, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Shows the last state now. A cell that ends within a tenth of a second of its last update may call it.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (waiting is { } figure)
            {
                waiting = null;
                replace(figure);
                shownAt = Stopwatch.GetTimestamp();
            }
        }
    }

    /// <summary>Shows the last state and stops; so a <c>using</c> ends with the right picture.</summary>
    public void Dispose()
    {
        Flush();
        timer.Dispose();
    }

    // On a thread of the pool an exception would end the process; a host may refuse what comes after its cell.
    private void FlushLate()
    {
        try
        {
            Flush();
        }
        catch (Exception exception)
        {
            // Not on standard error: Verso would mark the whole cell as failed.
            Trace.WriteLine($"The last state of a live figure was not shown: {exception.Message}");
        }
    }
}
