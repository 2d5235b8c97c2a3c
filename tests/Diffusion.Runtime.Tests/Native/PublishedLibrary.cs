using System.Reflection;

namespace Diffusion.Runtime.Tests;

/// <summary>The real libLibTorchSharp.so; the package holds it on every system.</summary>
internal static class PublishedLibrary
{
    public static string Path { get; } = Find();

    private static string Find()
    {
        var written = typeof(TorchRuntime).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().ToLookup(data => data.Key, data => data.Value!);
        var package = Assert.Single(written["NativePackage"], package => package.StartsWith("torchsharp/", StringComparison.Ordinal));
        return System.IO.Path.Combine(Assert.Single(written["NuGetPackageRoot"]), package, "runtimes", "linux-x64", "native", "libLibTorchSharp.so");
    }
}
