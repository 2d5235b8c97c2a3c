namespace Diffusion.Plots.Hosts;

/// <summary>Shows a figure in whichever notebook host runs this process, so that it can be replaced later.</summary>
internal static class NotebookHosts
{
    /// <summary>Shows a figure and returns what replaces it, or null where no host can.</summary>
    public static LiveOutput? Show(Figure figure) =>
        (RunnerHost.Show(figure) ?? InteractiveHost.Show(figure) ?? ClrKernelHost.Show(figure)) is { } replace
            ? new LiveOutput(replace)
            : null;

    /// <summary>The <c>Update(object)</c> of a host's handle.</summary>
    public static Action<Figure>? Updater(object? handle)
    {
        var update = handle?.GetType().GetMethod("Update", [typeof(object)]);
        return update is null ? null : next => update.Invoke(handle, [next]);
    }
}
