using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Loader;
using SkiaSharp;

namespace Diffusion.Data;

/// <summary>Finds SkiaSharp's native library where the platform's own search does not, such as in a notebook engine.</summary>
internal static class SkiaLoading
{
    /// <summary>Runs before the first use of anything in this library. Cheap: nothing native is loaded here.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Whatever uses SkiaSharp in this library comes after it, in every host.")]
    internal static void Initialize()
    {
        var skia = typeof(SKBitmap).Assembly;
        AssemblyLoadContext.GetLoadContext(skia)!.ResolvingUnmanagedDll += (asking, name) =>
            asking == skia && NativeFolders.Find(FileName(name), NativeFolders.Search(skia, typeof(SkiaLoading).Assembly)) is { } path
                ? NativeLibrary.Load(path)
                : 0;
    }

    private static string FileName(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll" : OperatingSystem.IsMacOS() ? $"{name}.dylib" : $"{name}.so";
}
