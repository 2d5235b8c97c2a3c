using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace Diffusion.Notebooks;

/// <summary>The packages that a notebook's cells have named so far.</summary>
/// <remarks>As .NET Interactive does, what packages hold is loaded into the default context.</remarks>
internal sealed class PackageSet
{
    private readonly string _folder;
    private readonly InteractiveAssemblyLoader _loader;
    private readonly Action<string> _say;
    private readonly Dictionary<string, string> _packages = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> _sources = [];
    private readonly HashSet<string> _natives = new(StringComparer.Ordinal);
    private readonly HashSet<string> _loaded = new(StringComparer.Ordinal);
    private readonly HashSet<string> _framework = [.. FrameworkAssemblies.Paths.Select(path => Path.GetFileName(path)!)];

    public PackageSet(string folder, InteractiveAssemblyLoader loader, Action<string> say)
    {
        _folder = folder;
        _loader = loader;
        _say = say;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => LoadNative(name);
    }

    /// <summary>What cells compile against because of the packages.</summary>
    public IReadOnlyList<PortableExecutableReference> References { get; private set; } = [];

    /// <summary>Adds packages and sources, and loads what the packages and their dependencies hold.</summary>
    /// <exception cref="PackageException">A package cannot be had.</exception>
    public void Add(IEnumerable<PackageDirective> directives)
    {
        var added = new List<string>();
        foreach (var directive in directives)
        {
            if (directive.IsSource)
            {
                // Relative to the notebook, as every path in a cell.
                _sources.Add(directive.What.Contains("://", StringComparison.Ordinal) ? directive.What : Path.GetFullPath(directive.What, _folder));
            }
            else if (AddPackage(directive.What) is { } name)
            {
                added.Add(name);
            }
        }

        if (added.Count == 0)
        {
            return;
        }

        try
        {
            Use(PackageRestore.Run(_packages, _sources, _folder));
        }
        catch (PackageException e)
        {
            var names = string.Join(", ", added.Select(name => _packages[name] == "*" ? name : $"{name} {_packages[name]}"));
            added.ForEach(name => _packages.Remove(name));
            throw new PackageException($"{names} cannot be had: {e.Message}");
        }
    }

    // A new package's name, or null.
    private string? AddPackage(string reference)
    {
        var comma = reference.IndexOf(',', StringComparison.Ordinal);
        var (name, version) = comma < 0 ? (reference.Trim(), "*") : (reference[..comma].Trim(), reference[(comma + 1)..].Trim());
        if (name.Length == 0 || version.Length == 0)
        {
            throw new PackageException($"#r \"nuget:{reference}\": takes \"nuget: Name\" or \"nuget: Name, version\".");
        }

        if (name.StartsWith("Microsoft.DotNet.Interactive", StringComparison.OrdinalIgnoreCase)
            || name.Equals("Plotly.NET.Interactive", StringComparison.OrdinalIgnoreCase))
        {
            _say($"{name} plugs into a notebook host's kernel: the host provides it, and nothing was loaded for it.");
            return null;
        }

        if (_packages.TryGetValue(name, out var earlier))
        {
            return version == "*" || version.Equals(earlier, StringComparison.OrdinalIgnoreCase)
                ? null
                : throw new PackageException($"{name} {version} cannot be had: this notebook has loaded {name} {earlier} already.");
        }

        _packages[name] = version;
        return name;
    }

    private void Use(PackageAssets assets)
    {
        // What the shared framework holds is the framework's, also when a package brings it.
        References = [.. assets.References.Where(IsNotTheFrameworks).Select(path => MetadataReference.CreateFromFile(path))];
        _natives.UnionWith(assets.Natives);
        foreach (var path in assets.Assemblies.Where(IsNotTheFrameworks).Where(_loaded.Add))
        {
            try
            {
                _loader.RegisterDependency(AssemblyLoadContext.Default.LoadFromAssemblyPath(path));
            }
            catch (Exception e) when (e is FileLoadException or BadImageFormatException)
            {
                // Another version is loaded already; a cell for which it does not do says so itself.
            }
        }
    }

    private bool IsNotTheFrameworks(string path) => !_framework.Contains(Path.GetFileName(path));

    private nint LoadNative(string name)
    {
        string[] names = [name, name + ".so", $"lib{name}.so", name + ".dll", name + ".dylib", $"lib{name}.dylib"];
        foreach (var file in _natives.Where(path => names.Contains(Path.GetFileName(path))))
        {
            if (NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
