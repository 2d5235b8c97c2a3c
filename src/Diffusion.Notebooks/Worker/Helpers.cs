using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Diffusion.Notebooks;

/// <summary>
/// What a cell's packages need of the kit before the cell uses them: Plotly.NET a formatter, TorchSharp natives that load
/// on this system. A notebook that has no kit gets both from what lies beside this program.
/// </summary>
internal static class Helpers
{
    private const string Plots = "Diffusion.Plots";

    private static readonly Lazy<AssemblyLoadContext> Neighbours = new(() => new BesideContext());

    public static void Install() => AppDomain.CurrentDomain.AssemblyLoad += (_, load) =>
    {
        var helper = load.LoadedAssembly.GetName().Name switch
        {
            "Plotly.NET" => Plots,
            "TorchSharp" => "Diffusion.Runtime",
            _ => null,
        };
        // The notebook's own kit does it otherwise.
        if (helper is not null && File.Exists(Beside(helper))
            && !Array.Exists(AppDomain.CurrentDomain.GetAssemblies(), assembly => assembly.GetName().Name == helper))
        {
            Start(Neighbours.Value.LoadFromAssemblyPath(Beside(helper)));
        }
    };

    /// <summary>The kit that a notebook refers to, once it also refers to Plotly.NET; null where there is none.</summary>
    /// <param name="reference">The path of the DLL that cells refer to by a name, or null.</param>
    public static string? KitOf(Func<string, string?> reference)
    {
        if (reference("Plotly.NET.dll") is not { } plotly)
        {
            return null;
        }

        // A kit has Plotly.NET in a folder of its own.
        var above = Path.GetFullPath(Path.Combine(plotly, "..", "..", Plots + ".dll"));
        return reference(Plots + ".dll") ?? (File.Exists(above) ? above : null);
    }

    /// <summary>Starts what an assembly does before the first use of its types.</summary>
    public static void Start(Assembly assembly) => RuntimeHelpers.RunModuleConstructor(assembly.ManifestModule.ModuleHandle);

    private static string Beside(string name) => Path.Combine(AppContext.BaseDirectory, name + ".dll");

    // Apart from the default context, in which a notebook's own kit and packages are looked for.
    private sealed class BesideContext() : AssemblyLoadContext("beside the runner")
    {
        private readonly HashSet<string> shared = [.. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator).Select(path => Path.GetFileNameWithoutExtension(path)!)];

        protected override Assembly? Load(AssemblyName assemblyName) =>
            !shared.Contains(assemblyName.Name!) && File.Exists(Beside(assemblyName.Name!))
                ? LoadFromAssemblyPath(Beside(assemblyName.Name!))
                : null;
    }
}
