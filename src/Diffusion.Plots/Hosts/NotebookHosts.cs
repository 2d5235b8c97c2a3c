using System.Reflection;

namespace Diffusion.Plots.Hosts;

/// <summary>Shows a figure in whichever notebook host runs this process, so that it can be replaced later.</summary>
internal static class NotebookHosts
{
    /// <summary>Shows a figure and returns what replaces it, or null where no host can.</summary>
    public static Action<Figure>? Show(Figure figure) =>
        Runner(figure) ?? Interactive(figure) ?? ClrKernelHost.Show(figure);

    // This kit's own runner.
    private static Action<Figure>? Runner(Figure figure)
    {
        var display = Loaded.Find("Diffusion.Notebooks")?.GetType("Diffusion.Notebooks.NotebookHost")?.GetMethod("Display", [typeof(object)]);
        return Updater(display?.Invoke(null, [figure]));
    }

    // The handle of display(x) adds an output at its first update in every version since June 2025;
    // the one that the current invocation's context gives does not.
    private static Action<Figure>? Interactive(Figure figure)
    {
        var engine = Loaded.Find("Microsoft.DotNet.Interactive");
        var context = engine?.GetType("Microsoft.DotNet.Interactive.KernelInvocationContext")
            ?.GetProperty("Current", BindingFlags.Public | BindingFlags.Static)?.GetValue(null);
        var display = engine?.GetType("Microsoft.DotNet.Interactive.KernelInvocationContextExtensions")
            ?.GetMethods(BindingFlags.Public | BindingFlags.Static)
            .FirstOrDefault(method => method.Name == "Display" && method.GetParameters() is [_, { ParameterType: var type }, ..] && type == typeof(object));
        if (context is null || display is null)
        {
            return null;
        }
        object?[] arguments = [context, figure, .. display.GetParameters().Skip(2).Select(parameter => parameter.HasDefaultValue ? parameter.DefaultValue : Array.CreateInstance(parameter.ParameterType.GetElementType() ?? typeof(string), 0))];
        return Updater(display.Invoke(null, arguments));
    }

    private static Action<Figure>? Updater(object? handle)
    {
        var update = handle?.GetType().GetMethod("Update", [typeof(object)]);
        return update is null ? null : next => update.Invoke(handle, [next]);
    }
}
