using System.Reflection;
using System.Runtime.CompilerServices;

namespace Diffusion.Plots.Hosts;

/// <summary>Reaches .NET Interactive by reflection.</summary>
internal static class InteractiveHost
{
    private static readonly ConditionalWeakTable<object, object> Watched = [];

    /// <summary>Shows a figure and returns what replaces it, or null in another host.</summary>
    public static Action<Figure>? Show(Figure figure)
    {
        // The handle of display(x) adds an output at its first update in every version since June 2025;
        // the one that the current invocation's context gives does not.
        var display = Engine?.GetType("Microsoft.DotNet.Interactive.KernelInvocationContextExtensions")
            ?.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .FirstOrDefault(method => method.Name == "Display" && method.GetParameters() is [_, { ParameterType: var type }, ..] && type == typeof(object));
        if (display is null || Context is not { } context)
        {
            return null;
        }
        object?[] arguments = [context, figure, .. display.GetParameters().Skip(2).Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : Array.CreateInstance(parameter.ParameterType.GetElementType() ?? typeof(string), 0))];
        return NotebookHosts.Updater(display.Invoke(null, arguments));
    }

    /// <summary>Has the last states shown before the running cell is over, because the engine drops what comes after.</summary>
    public static void WatchCell()
    {
        if (Context is { } context && Watched.TryAdd(context, context))
        {
            context.GetType().GetMethod("OnComplete")?.Invoke(context, [new Action<object>(_ => CellEnd.Flush())]);
        }
    }

    private static Assembly? Engine => Loaded.Find("Microsoft.DotNet.Interactive");

    private static object? Context =>
        Engine?.GetType("Microsoft.DotNet.Interactive.KernelInvocationContext")?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
}
