namespace Diffusion.Plots.Hosts;

/// <summary>Reaches this kit's own runner by reflection.</summary>
internal static class RunnerHost
{
    public static Type? Type { get; } = LoadedAssemblies.Find("Diffusion.Notebooks")?.GetType("Diffusion.Notebooks.NotebookHost");

    /// <summary>Shows a figure and returns what replaces it, or null where no notebook is running.</summary>
    public static Action<Figure>? Show(Figure figure) =>
        NotebookHosts.Updater(Type?.GetMethod("Display", [typeof(object)])?.Invoke(null, [figure]));
}
