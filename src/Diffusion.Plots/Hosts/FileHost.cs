namespace Diffusion.Plots.Hosts;

/// <summary>Where no notebook host runs, a figure becomes a file, and a line of text says where it is.</summary>
internal static class FileHost
{
    private static int files;

    public static LiveOutput Show(Figure figure)
    {
        var path = Path.Combine(Path.GetTempPath(), $"diffusion-figure-{Environment.ProcessId}-{Interlocked.Increment(ref files)}.html");
        figure.Save(path);
        Console.WriteLine($"{figure} → {path}");
        // A page is megabytes, because it carries Plotly; once a second is enough for a reader who reloads it.
        return new LiveOutput(next => next.Save(path), TimeSpan.FromSeconds(1));
    }
}
