namespace Diffusion.Notebooks;

/// <summary>The DLLs of the shared framework.</summary>
internal static class FrameworkAssemblies
{
    public static IReadOnlyList<string> Paths { get; } = Find();

    private static List<string> Find()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)];
    }
}
