using System.Reflection;
using System.Runtime.Loader;
using Diffusion.Plots.Drawing;

namespace Diffusion.Plots.Hosts;

/// <summary>
/// Loads Plotly's closure from the kit's subfolder. Plotly.NET needs a newer FSharp.Core than some notebook
/// engines have in their default context, where a second version cannot be loaded; there the closure gets a
/// context of its own, in which figures are drawn. Where the host brings no FSharp.Core, it is loaded beside this assembly.
/// </summary>
internal static class PlotlyIsolation
{
    private const string ContextName = "Plotly";

    /// <summary>Whether this is the second copy of the assembly, which only draws.</summary>
    public static bool IsDrawingCopy => AssemblyLoadContext.GetLoadContext(typeof(PlotlyIsolation).Assembly)!.Name == ContextName;

    public static void Install()
    {
        var own = AssemblyLoadContext.GetLoadContext(typeof(PlotlyIsolation).Assembly)!;
        var location = typeof(PlotlyIsolation).Assembly.Location;
        var folder = location.Length > 0 ? Path.Combine(Path.GetDirectoryName(location)!, "plotly") : "";
        if (!Directory.Exists(folder))
        {
            // A console program has the closure beside it, and the runtime's own search finds it.
            return;
        }
        var resolve = HostHasOtherFSharp(folder) ? Isolated(folder) : Beside(folder, own);
        own.Resolving += resolve;
        if (own != AssemblyLoadContext.Default)
        {
            AssemblyLoadContext.Default.Resolving += resolve;
        }
    }

    /// <summary>Whether a reader's cells name that one; whatever else the closure needs stays in its own context.</summary>
    internal static bool IsNamedInCells(string? assembly) => assembly is "Plotly.NET" or "Plotly.NET.CSharp" or "DynamicObj";

    private static Func<AssemblyLoadContext, AssemblyName, Assembly?> Isolated(string folder)
    {
        var context = new FolderContext(folder);
        PlotlyNet.Context = context;
        return (_, name) => IsNamedInCells(name.Name) ? context.LoadFromAssemblyName(name) : null;
    }

    private static Func<AssemblyLoadContext, AssemblyName, Assembly?> Beside(string folder, AssemblyLoadContext own) =>
        (_, name) =>
        {
            var file = Path.Combine(folder, name.Name + ".dll");
            if (!File.Exists(file))
            {
                return null;
            }
            // A cell may have named the file itself before; its types and ours must be the same.
            return Array.Find(AppDomain.CurrentDomain.GetAssemblies(), assembly => !assembly.IsDynamic && assembly.Location == file)
                ?? own.LoadFromAssemblyPath(file);
        };

    private static bool HostHasOtherFSharp(string folder)
    {
        var needed = VersionOf(Path.Combine(folder, "FSharp.Core.dll"));
        var loaded = AssemblyLoadContext.Default.Assemblies.Select(assembly => assembly.GetName())
            .FirstOrDefault(assembly => assembly.Name == "FSharp.Core")?.Version;
        var trusted = (AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") as string ?? "").Split(Path.PathSeparator)
            .FirstOrDefault(path => Path.GetFileName(path) == "FSharp.Core.dll");
        var present = loaded ?? (trusted is null ? null : VersionOf(trusted));
        return present is not null && present < needed;
    }

    private static Version? VersionOf(string file) => File.Exists(file) ? AssemblyName.GetAssemblyName(file).Version : null;

    private sealed class FolderContext(string folder) : AssemblyLoadContext(ContextName)
    {
        protected override Assembly? Load(AssemblyName assemblyName)
        {
            var file = Path.Combine(folder, assemblyName.Name + ".dll");
            return File.Exists(file) ? LoadFromAssemblyPath(file) : null;
        }
    }
}
