namespace Diffusion.Plots.Hosts;

/// <summary>Where no notebook host can replace an output, a figure becomes a file.</summary>
internal static class FileHost
{
    private static int files;

    public static Action<Figure> Show(Figure figure)
    {
        var path = Path.Combine(Path.GetTempPath(), $"diffusion-figure-{Environment.ProcessId}-{Interlocked.Increment(ref files)}.html");
        figure.Save(path);
        Console.WriteLine($"{figure} → {path}");
        return next => next.Save(path);
    }
}
