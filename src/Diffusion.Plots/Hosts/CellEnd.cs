using System.Collections.Concurrent;
using System.Reflection;

namespace Diffusion.Plots.Hosts;

/// <summary>
/// Shows the last states when a cell or the process ends, with no help from the cell: a host takes no updates
/// from a cell that is over, and no timer runs in a process that is.
/// </summary>
internal static class CellEnd
{
    private static readonly ConcurrentDictionary<LiveFigure, bool> Waiting = new();

    static CellEnd()
    {
        AppDomain.CurrentDomain.ProcessExit += (_, _) => Flush();
        RunnerHost.Type?.GetEvent("CellEnded", BindingFlags.Public | BindingFlags.Static)?.AddEventHandler(null, new Action(Flush));
    }

    /// <summary>Called when a live figure has a state that is not shown yet.</summary>
    public static void Await(LiveFigure figure)
    {
        Waiting[figure] = true;
        InteractiveHost.WatchCell();
    }

    /// <summary>Called when it has none any more.</summary>
    public static void Forget(LiveFigure figure) => Waiting.TryRemove(figure, out _);

    /// <summary>Shows whatever waits.</summary>
    public static void Flush()
    {
        foreach (var figure in Waiting.Keys)
        {
            figure.FlushLate();
        }
    }
}
