using System.Diagnostics;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Diffusion.Runtime;

/// <summary>The folders in which native libraries may lie, best first.</summary>
internal static class NativeFolders
{
    private static readonly string OsName =
        OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";

    /// <summary>The portable name of this process's platform, such as <c>linux-x64</c>.</summary>
    internal static string Platform { get; } =
        $"{OsName}-{RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant()}";

    // Most specific first: .NET's own name tells musl apart; SkiaSharp has one library for all of macOS.
    private static readonly string[] Platforms = [RuntimeInformation.RuntimeIdentifier, Platform, OsName];

    /// <summary>Returns the path of the first file of that name, or null where there is none.</summary>
    /// <param name="file">The file's name, such as <c>libtorch.so</c>.</param>
    /// <param name="searched">The folders to look into.</param>
    internal static string? Find(string file, IEnumerable<string> searched) =>
        searched.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);

    /// <summary>
    /// All folders that exist: of libraries this process has loaded already, beside the DLLs, of the host, of NuGet.
    /// </summary>
    /// <param name="neighbours">DLLs beside which to look first, and whose packages to look into.</param>
    internal static IReadOnlyList<string> Search(params IEnumerable<Assembly> neighbours)
    {
        Assembly[] near = [.. neighbours, typeof(NativeFolders).Assembly];
        var beside = near
            .Where(assembly => !assembly.IsDynamic && assembly.Location.Length > 0)
            .Select(assembly => Path.GetDirectoryName(assembly.Location)!);

        return [.. InProcess()
            .Concat(beside.SelectMany(folder => InPackage(folder).Prepend(folder)))
            .Concat(OfHost())
            .Concat(Packages(near))
            .Distinct()
            .Where(Directory.Exists)];
    }

    // A second libtorch from elsewhere in one process would register every operator twice and abort.
    private static IEnumerable<string> InProcess()
    {
        using var process = Process.GetCurrentProcess();
        return [.. process.Modules.Cast<ProcessModule>()
            .Select(module => module.FileName)
            .Where(path => Path.GetFileName(path) is "libtorch_cpu.so" or "torch_cpu.dll" or "libtorch_cpu.dylib")
            .Select(path => Path.GetDirectoryName(path)!)];
    }

    // Where a host that was built with the natives beside it looks for them: the very same files must be taken.
    private static string[] OfHost() =>
        (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);

    private static IEnumerable<string> Packages(IEnumerable<Assembly> assemblies)
    {
        var written = assemblies
            .SelectMany(assembly => assembly.GetCustomAttributes<AssemblyMetadataAttribute>())
            .ToLookup(data => data.Key, data => data.Value);
        string?[] roots =
        [
            Environment.GetEnvironmentVariable("NUGET_PACKAGES"),
            .. written["NuGetPackageRoot"],
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages"),
        ];

        return from root in roots
               where Path.IsPathFullyQualified(root ?? "")
               from package in written["NativePackage"]
               from folder in InPackage(Path.Combine(root!, package!))
               select folder;
    }

    private static IEnumerable<string> InPackage(string package) =>
        Platforms.Select(platform => Path.Combine(package, "runtimes", platform, "native"));
}
