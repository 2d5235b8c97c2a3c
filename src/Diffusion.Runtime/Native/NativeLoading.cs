using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace Diffusion.Runtime;

/// <summary>Has the native libraries in place before TorchSharp asks for them, whoever the host is.</summary>
internal static class NativeLoading
{
    /// <summary>Runs before the first use of anything in this library. Cheap: nothing native is loaded here.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification =
        "Consoles, test runners and notebook engines load this DLL each in their own way; nothing else runs first in all of them.")]
    internal static void Initialize()
    {
        // Schedules are plain numbers: whoever uses only those must not wait for libtorch, nor fail over it.
        AppDomain.CurrentDomain.AssemblyLoad += (_, loaded) => Prepare(loaded.LoadedAssembly);
        foreach (var assembly in AppDomain.CurrentDomain.GetAssemblies())
        {
            Prepare(assembly);
        }
    }

    private static void Prepare(Assembly assembly)
    {
        if (assembly.GetName().Name != "TorchSharp")
        {
            return;
        }

        // Asked when the platform's own search found nothing.
        AssemblyLoadContext.GetLoadContext(assembly)!.ResolvingUnmanagedDll += (_, name) => TorchRuntime.Handle(name);

        // Loading by full path before TorchSharp searches beats an older libtorch that the system may carry.
        TorchRuntime.TryLoad();
    }
}
