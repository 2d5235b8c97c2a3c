namespace Diffusion.Runtime;

/// <summary>The user's cache, for what can be computed again.</summary>
internal static class CacheFolder
{
    /// <summary>A folder of this kit in the user's cache. It need not exist.</summary>
    /// <param name="name">What it holds.</param>
    public static string Of(string name)
    {
        // The XDG specification has relative paths ignored.
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME");
        if (!Path.IsPathFullyQualified(cache ?? ""))
        {
            cache = Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify);
        }

        return Path.Combine(cache!, "diffusion-notebooks", name);
    }
}
