namespace Diffusion.Plots.Hosts;

/// <summary>
/// Reaches Verso by reflection. A cell there can show a ready string and replace nothing, so a live figure
/// shows when it comes to rest.
/// </summary>
internal static class VersoHost
{
    /// <summary>An output of Verso, or null in another host.</summary>
    public static LiveOutput? Output()
    {
        var display = LoadedAssemblies.Find("Verso.Abstractions")?.GetType("Verso.Abstractions.DisplayExtensions")
            ?.GetMethod("Display", [typeof(object), typeof(string)]);
        return display is null
            ? null
            : new LiveOutput(figure => display.Invoke(null, [figure.ToHtml(), "text/html"]), TimeSpan.FromSeconds(1), Appends: true);
    }
}
