using System.Runtime.InteropServices;
using System.Runtime.Loader;
using System.Xml.Linq;

namespace Diffusion.Notebooks;

/// <summary>The packages that already lie in the user's package folder: <c>#r "nuget: …"</c> without a network.</summary>
/// <remarks>As .NET Interactive does, what a package holds is loaded into the default context.</remarks>
internal sealed class PackageFolder
{
    private readonly string _root;
    private readonly Action<string> _say;
    private readonly Dictionary<string, string> _assemblies = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _nativeFolders = [];
    private readonly Dictionary<string, Version> _added = new(StringComparer.OrdinalIgnoreCase);

    public PackageFolder(Action<string> say)
    {
        _say = say;
        _root = Environment.GetEnvironmentVariable("NUGET_PACKAGES") is { Length: > 0 } named
            ? named
            : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        AssemblyLoadContext.Default.Resolving += (context, name) =>
            name.Name is { } simple && _assemblies.TryGetValue(simple, out var path) ? context.LoadFromAssemblyPath(path) : null;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => LoadNative(name);
    }

    /// <summary>Adds a package and what it depends on.</summary>
    /// <returns>The DLLs to compile against; none for a package that the host supplies.</returns>
    /// <exception cref="FileNotFoundException">The package is not in the folder.</exception>
    public IReadOnlyList<string> Add(string reference)
    {
        var parts = reference.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        var (id, version) = (parts.FirstOrDefault() ?? "", parts.ElementAtOrDefault(1));
        if (IsTheHosts(id))
        {
            _say($"{id} comes with the host that opens the notebook; nothing was loaded for it.");
            return [];
        }

        var paths = new List<string>();
        AddPackage(id, version is null or "*" ? null : version, paths, isDependency: false);
        return paths;
    }

    private static bool IsTheHosts(string id) =>
        id.StartsWith("Microsoft.DotNet.Interactive", StringComparison.OrdinalIgnoreCase)
        || id.Equals("Plotly.NET.Interactive", StringComparison.OrdinalIgnoreCase);

    private void AddPackage(string id, string? wanted, List<string> paths, bool isDependency)
    {
        var folder = Path.Combine(_root, id.ToLowerInvariant());
        var versions = Directory.Exists(folder)
            ? Directory.GetDirectories(folder).Select(path => Path.GetFileName(path)!).OrderBy(Order).ThenBy(name => name, StringComparer.Ordinal).ToList()
            : [];
        // A dependency names the least version it takes; a cell's own line names the very one.
        var version = wanted is null
            ? versions.LastOrDefault()
            : versions.FirstOrDefault(name => name.Equals(wanted, StringComparison.OrdinalIgnoreCase))
                ?? (isDependency ? versions.FirstOrDefault(name => Order(name) >= Order(wanted)) : null);
        if (version is null)
        {
            if (isDependency)
            {
                // The shared framework holds many of them (System.Memory and the like); if this one is missed, loading says so.
                return;
            }

            throw new FileNotFoundException(
                $"The package {id}{(wanted is null ? "" : " " + wanted)} is not in {_root}; restore it once with \"dotnet add package\".");
        }

        if (_added.TryGetValue(id, out var earlier) && (isDependency || earlier == Order(version)) && earlier >= Order(version) && isDependency)
        {
            return;
        }

        _added[id] = Order(version);
        var package = Path.Combine(folder, version);
        foreach (var path in Library(package))
        {
            _assemblies[Path.GetFileNameWithoutExtension(path)] = path;
            paths.Add(path);
        }

        foreach (var rid in new[] { RuntimeInformation.RuntimeIdentifier, PortableRid() }.Distinct())
        {
            if (Path.Combine(package, "runtimes", rid, "native") is var natives && Directory.Exists(natives))
            {
                _nativeFolders.Add(natives);
            }
        }

        foreach (var (dependency, least) in Dependencies(package))
        {
            if (!IsTheHosts(dependency))
            {
                AddPackage(dependency, least, paths, isDependency: true);
            }
        }
    }

    private static IEnumerable<string> Library(string package)
    {
        var lib = Path.Combine(package, "lib");
        if (!Directory.Exists(lib))
        {
            return [];
        }

        var best = Directory.GetDirectories(lib).MaxBy(path => Rank(Path.GetFileName(path)));
        return best is not null && Rank(Path.GetFileName(best)) > 0
            ? Directory.GetFiles(best, "*.dll").Order(StringComparer.Ordinal)
            : [];
    }

    private static IEnumerable<(string Id, string? Least)> Dependencies(string package)
    {
        var nuspec = Directory.GetFiles(package, "*.nuspec").FirstOrDefault();
        if (nuspec is null)
        {
            return [];
        }

        var all = XDocument.Load(nuspec).Descendants().Where(e => e.Name.LocalName == "dependencies").FirstOrDefault();
        var groups = all?.Elements().Where(e => e.Name.LocalName == "group").ToList() ?? [];
        var best = groups.Count == 0
            ? all
            : groups.Where(g => Rank(Moniker(g)) > 0).MaxBy(g => Rank(Moniker(g)));
        return best is null
            ? []
            : [.. best.Elements().Where(e => e.Name.LocalName == "dependency")
                .Select(e => ((string)e.Attribute("id")!, ((string?)e.Attribute("version"))?.Trim('[', ']', '(', ')').Split(',')[0].Trim()))];

        static string Moniker(XElement group) => ((string?)group.Attribute("targetFramework") ?? "any")
            .ToLowerInvariant()
            .Replace(".netstandard", "netstandard", StringComparison.Ordinal)
            .Replace(".netcoreapp", "netcoreapp", StringComparison.Ordinal);
    }

    // Which of a package's folders a program of this .NET takes: its own versions first, then .NET Core's, then .NET Standard's.
    private static double Rank(string moniker)
    {
        var (family, number) = moniker switch
        {
            _ when moniker.StartsWith("netstandard", StringComparison.Ordinal) => (1.0, moniker["netstandard".Length..]),
            _ when moniker.StartsWith("netcoreapp", StringComparison.Ordinal) => (2.0, moniker["netcoreapp".Length..]),
            _ when moniker.StartsWith("net", StringComparison.Ordinal) && moniker.Contains('.') && !moniker.Contains('-') => (3.0, moniker["net".Length..]),
            "any" => (0.5, "0"),
            _ => (0.0, ""),
        };
        return family > 0 && System.Version.TryParse(number.Contains('.') ? number : number + ".0", out var version)
            && (family < 3 || version.Major <= Environment.Version.Major)
            ? (family * 1000) + version.Major + (version.Minor / 100.0)
            : 0;
    }

    private static Version Order(string version) =>
        System.Version.TryParse(version.Split('-', '+')[0], out var parsed) ? parsed : new Version(0, 0);

    private static string PortableRid()
    {
        var system = OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux";
        return $"{system}-{RuntimeInformation.OSArchitecture.ToString().ToLowerInvariant()}";
    }

    private nint LoadNative(string name)
    {
        foreach (var file in _nativeFolders.SelectMany(folder => new[] { name, name + ".so", $"lib{name}.so", name + ".dll", name + ".dylib", $"lib{name}.dylib" }
            .Select(file => Path.Combine(folder, file))))
        {
            if (File.Exists(file) && NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
