using System.Runtime.InteropServices;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace Diffusion.Notebooks;

/// <summary>The packages that a notebook's cells have named so far.</summary>
/// <remarks>As .NET Interactive does, what packages hold is loaded into the default context.</remarks>
internal sealed class PackageSet
{
    private readonly string folder;
    private readonly InteractiveAssemblyLoader loader;
    private readonly Action<string> say;
    private readonly Dictionary<string, string> packages = new(StringComparer.OrdinalIgnoreCase);
    private readonly List<string> sources = [];
    private readonly HashSet<string> natives = new(StringComparer.Ordinal);
    private readonly HashSet<string> loaded = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> named = new(StringComparer.Ordinal);
    private readonly HashSet<string> framework = [.. FrameworkAssemblies.Paths.Select(path => Path.GetFileName(path)!)];

    public PackageSet(string folder, InteractiveAssemblyLoader loader, Action<string> say)
    {
        this.folder = folder;
        this.loader = loader;
        this.say = say;
        AssemblyLoadContext.Default.ResolvingUnmanagedDll += (_, name) => LoadNative(name);
    }

    /// <summary>What cells compile against because of the packages.</summary>
    public IReadOnlyList<PortableExecutableReference> References { get; private set; } = [];

    /// <summary>Takes note of a DLL that a cell names by its path.</summary>
    public void Name(string path) => named.TryAdd(Path.GetFileName(path), path);

    /// <summary>The path of the DLL that cells refer to by this file name, or null.</summary>
    public string? Find(string file) =>
        named.GetValueOrDefault(file) ?? References.Select(reference => reference.FilePath).FirstOrDefault(path => Path.GetFileName(path) == file);

    /// <summary>Adds packages and sources, and loads what the packages and their dependencies hold.</summary>
    /// <exception cref="PackageException">A package cannot be had.</exception>
    public void Add(IEnumerable<PackageDirective> directives)
    {
        var added = new List<string>();
        foreach (var directive in directives)
        {
            if (directive.IsSource)
            {
                sources.Add(directive.Source(folder));
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
            Use(PackageRestore.Run(packages, sources, folder));
        }
        catch (PackageException e)
        {
            var names = string.Join(", ", added.Select(name => packages[name] == "*" ? name : $"{name} {packages[name]}"));
            added.ForEach(name => packages.Remove(name));
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

        if (name.Equals("Plotly.NET.Interactive", StringComparison.OrdinalIgnoreCase))
        {
            // It teaches a host's kernel to draw what Plotly.NET makes, which the kit does; its first number is Plotly.NET's.
            (name, version) = ("Plotly.NET", version == "*" ? version : version.Split('.')[0] + ".*");
        }

        if (name.Equals("TorchSharp-cpu", StringComparison.OrdinalIgnoreCase) && named.TryGetValue("TorchSharp.dll", out var torch))
        {
            // A second reference would make every name of "using static TorchSharp.torch" ambiguous.
            say($"{name}: this notebook has {torch} already, and nothing was loaded for it.");
            return null;
        }

        if (name.StartsWith("Microsoft.DotNet.Interactive", StringComparison.OrdinalIgnoreCase))
        {
            say($"{name} plugs into a notebook host's kernel: the host provides it, and nothing was loaded for it.");
            return null;
        }

        if (packages.TryGetValue(name, out var earlier))
        {
            return version == "*" || IsWithin(version, earlier) || IsWithin(earlier, version)
                ? null
                : throw new PackageException($"{name} {version} cannot be had: this notebook has loaded {name} {earlier} already.");
        }

        packages[name] = version;
        return name;
    }

    private static bool IsWithin(string range, string version) =>
        version.Equals(range, StringComparison.OrdinalIgnoreCase)
        || (range.EndsWith(".*", StringComparison.Ordinal) && version.StartsWith(range[..^1], StringComparison.Ordinal));

    private void Use(PackageAssets assets)
    {
        // What the shared framework holds is the framework's, also when a package brings it.
        References = [.. assets.References.Where(IsNotTheFrameworks).Select(path => MetadataReference.CreateFromFile(path))];
        natives.UnionWith(assets.Natives);
        foreach (var path in assets.Assemblies.Where(IsNotTheFrameworks).Where(loaded.Add))
        {
            try
            {
                loader.RegisterDependency(AssemblyLoadContext.Default.LoadFromAssemblyPath(path));
            }
            catch (Exception e) when (e is FileLoadException or BadImageFormatException)
            {
                // Another version is loaded already; a cell for which it does not do says so itself.
            }
        }
    }

    private bool IsNotTheFrameworks(string path) => !framework.Contains(Path.GetFileName(path));

    private nint LoadNative(string name)
    {
        string[] names = [name, name + ".so", $"lib{name}.so", name + ".dll", name + ".dylib", $"lib{name}.dylib"];
        foreach (var file in natives.Where(path => names.Contains(Path.GetFileName(path))))
        {
            if (NativeLibrary.TryLoad(file, out var handle))
            {
                return handle;
            }
        }

        return 0;
    }
}
