using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;

namespace Diffusion.Native;

/// <summary>Has the native libraries in place before TorchSharp or SkiaSharp asks for them, whoever the host is.</summary>
internal static class NativeLoading
{
    /// <summary>Runs before the first use of anything in this library. Cheap: nothing native is loaded here.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Consoles, test runners and notebook engines load this DLL each in their own way; nothing else runs first in all of them.")]
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
        if (assembly.GetName().Name is not ("TorchSharp" or "SkiaSharp"))
        {
            return;
        }

        // Asked when the platform's own search found nothing.
        AssemblyLoadContext.GetLoadContext(assembly)!.ResolvingUnmanagedDll += Resolve;

        // Loading by full path before TorchSharp searches beats an older libtorch that the system may carry.
        if (assembly.GetName().Name == "TorchSharp")
        {
            TorchRuntime.TryLoad();
        }
    }

    private static nint Resolve(Assembly asking, string name) => asking.GetName().Name switch
    {
        "TorchSharp" => TorchRuntime.Handle(name),
        "SkiaSharp" => LoadSkia(asking, name),
        _ => 0,
    };

    private static nint LoadSkia(Assembly asking, string name)
    {
        var file = OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"{name}.dylib" : $"{name}.so";
        return NativeFolders.Find(file, NativeFolders.Search(asking)) is { } path ? NativeLibrary.Load(path) : 0;
    }
}
