using System.Runtime.InteropServices;

namespace Diffusion.Notebooks;

/// <summary>The <c>dotnet</c> that executes this program, and not another that comes first on the path.</summary>
internal static class DotNetHost
{
    public static string Path => System.IO.Path.GetFullPath(System.IO.Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));
}
