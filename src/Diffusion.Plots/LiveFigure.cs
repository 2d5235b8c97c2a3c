using System.Diagnostics;
using Diffusion.Plots.Hosts;

namespace Diffusion.Plots;

/// <summary>
/// A figure on the page that can be replaced. Updates come as fast as the caller likes: at most ten a second
/// reach the page, and the last one always does, also when the cell ends right after it. Verso can replace
/// nothing; there the last state shows, when updates rest or the cell ends with the live figure itself.
/// </summary>
public sealed class LiveFigure : IDisposable
{
    private readonly Lock gate = new();
    private readonly LiveOutput output;
    private readonly TimeProvider clock;
    private readonly ITimer timer;
    private TimeSpan pause;
    private long shownAt;
    private Figure? waiting;
    private ExecutionContext? caller;

    internal LiveFigure(Figure first, LiveOutput output, TimeProvider? clock = null)
    {
        this.output = output;
        this.clock = clock ?? TimeProvider.System;
        pause = output.Pause;
        shownAt = this.clock.GetTimestamp();
        timer = this.clock.CreateTimer(_ => FlushLate(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Current = first;
        if (output.Appends)
        {
            Update(first);
        }
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
            if (waiting is null)
            {
                CellEnd.Await(this);
            }
            waiting = figure;
            var rest = output.Appends ? pause : pause - clock.GetElapsedTime(shownAt);
            if (rest <= TimeSpan.Zero)
            {
                Flush();
            }
            else
            {
                caller = ExecutionContext.Capture();
                // Should no other update come, the timer shows this one.
                timer.Change(rest, Timeout.InfiniteTimeSpan);
            }
        }
    }

    /// <summary>Shows the last state now instead of within a tenth of a second.</summary>
    public void Flush()
    {
        lock (gate)
        {
            if (waiting is { } figure)
            {
                waiting = null;
                caller = null;
                CellEnd.Forget(this);
                if (output.Appends)
                {
                    // However slow the updates are, the frames that stay on the page remain few.
                    pause *= 2;
                }
                output.Replace(figure);
                shownAt = clock.GetTimestamp();
            }
        }
    }

    /// <summary>Shows the last state and stops; so a <c>using</c> ends with the right picture.</summary>
    public void Dispose()
    {
        Flush();
        timer.Dispose();
    }

    /// <summary>The last state as HTML, for a cell that ends with the live figure itself.</summary>
    public string ToHtml() => Current.ToHtml();

    /// <summary>The last state's title and, in a few words, what is drawn.</summary>
    public override string ToString() => Current.ToString();

    // On a thread of the pool an exception would end the process; a host may refuse what comes after its cell.
    internal void FlushLate()
    {
        try
        {
            ExecutionContext? context;
            lock (gate)
            {
                context = caller;
            }

            // .NET Interactive keeps the running cell there and drops what comes in the name of an earlier one.
            if (context is not null)
            {
                ExecutionContext.Run(context, _ => Flush(), null);
            }
            else
            {
                Flush();
            }
        }
        catch (Exception exception)
        {
            // Not on standard error: Verso would mark the whole cell as failed.
            Trace.WriteLine($"The last state of a live figure was not shown: {exception.Message}");
        }
    }
}
