using System.Runtime.CompilerServices;
using Microsoft.DotNet.Interactive;

namespace Diffusion.Plots.Hosts;

/// <summary>
/// Shows figures through .NET Interactive. Its assembly is the host's own and absent elsewhere: whatever names a type
/// of it is compiled only after a look at what is loaded.
/// </summary>
internal static class InteractiveHost
{
    private static readonly ConditionalWeakTable<object, object> Watched = [];

    private static bool IsHere => LoadedAssemblies.Find("Microsoft.DotNet.Interactive") is not null;

    /// <summary>Shows a figure and returns what replaces it, or null in another host.</summary>
    public static Action<Figure>? Show(Figure figure) => IsHere ? Display(figure) : null;

    /// <summary>Has the last states shown before the running cell is over, because the engine drops what comes after.</summary>
    public static void WatchCell()
    {
        if (IsHere)
        {
            Watch();
        }
    }

    /// <summary>Does something when the running cell is over, its packages' extensions included.</summary>
    public static void AfterCell(Action action)
    {
        if (IsHere)
        {
            OnComplete(action);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static Action<Figure>? Display(Figure figure)
    {
        // The handle of display(x) adds an output at its first update in every version since June 2025;
        // the one that the current invocation's context gives does not.
        var displayed = KernelInvocationContext.Current?.Display(figure);
        return displayed is null ? null : displayed.Update;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Watch()
    {
        if (KernelInvocationContext.Current is { } context && Watched.TryAdd(context, context))
        {
            context.OnComplete(_ => CellEnd.Flush());
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void OnComplete(Action action) => KernelInvocationContext.Current?.OnComplete(_ => action());
}
