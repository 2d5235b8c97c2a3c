using System.Runtime.InteropServices;

namespace Diffusion.Native;

/// <summary>Loads libtorch and TorchSharp's native library for this process.</summary>
/// <remarks>
/// This happens by itself when TorchSharp.dll is loaded after any type of this library was used. A program
/// that touches TorchSharp before anything of this library calls <see cref="EnsureLoaded"/> first.
/// </remarks>
public static class TorchRuntime
{
    // The loading itself must not touch a type of TorchSharp: it may run while TorchSharp.dll is being
    // loaded on another thread, and each would wait for the other.
    private static readonly Lazy<Outcome> _outcome = new(Load);

    /// <summary>Loads the native libraries if that has not happened yet.</summary>
    /// <exception cref="DllNotFoundException">They cannot be loaded; the message says what is missing and what to install.</exception>
    public static void EnsureLoaded()
    {
        if (_outcome.Value.Failure is { } failure)
        {
            throw new DllNotFoundException(failure.Message, failure.InnerException);
        }
    }

    /// <summary>Loads the native libraries, keeping a failure for whoever asks for one of them.</summary>
    internal static void TryLoad() => _ = _outcome.Value;

    /// <summary>The loaded library that TorchSharp calls by <paramref name="name"/>, or zero where it is none of those.</summary>
    /// <exception cref="DllNotFoundException">They cannot be loaded.</exception>
    internal static nint Handle(string name)
    {
        var bare = name.StartsWith("lib", StringComparison.Ordinal) ? name[3..] : name;
        if (!Libraries.Contains(bare))
        {
            return 0;
        }

        EnsureLoaded();
        return _outcome.Value.Handles[bare];
    }

    /// <summary>In the order in which each finds what it depends on already loaded.</summary>
    private static IReadOnlyList<string> Libraries { get; } = ["c10", "torch_cpu", "torch", Bridge];

    private const string Bridge = "LibTorchSharp";

    private static Outcome Load()
    {
        var handles = new Dictionary<string, nint>();
        try
        {
            var folders = NativeFolders.Search(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == "TorchSharp"));
            foreach (var library in Libraries)
            {
                var path = NativeFolders.Find(FileName(library), folders) ?? throw NotFound(library, folders);
                handles[library] = library == Bridge && CxxRuntime.IsTooOld ? LoadPatched(path) : NativeLibrary.Load(path);
            }

            return new Outcome(handles, null);
        }
        catch (Exception failure) when (failure is not OutOfMemoryException)
        {
            return new Outcome(handles, Explain(failure));
        }
    }

    private static nint LoadPatched(string published)
    {
        try
        {
            return NativeLibrary.Load(PatchedLibrary.Prepare(published, PatchedLibrary.DefaultFolder));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or DllNotFoundException)
        {
            // A home that is read-only, full or mounted without execution. The loaded library outlives its file.
            var folder = Directory.CreateTempSubdirectory("diffusion-notebooks-");
            try
            {
                return NativeLibrary.Load(PatchedLibrary.Prepare(published, folder.FullName));
            }
            finally
            {
                folder.Delete(recursive: true);
            }
        }
    }

    private static string FileName(string library) =>
        OperatingSystem.IsWindows() ? $"{library}.dll" : OperatingSystem.IsMacOS() ? $"lib{library}.dylib" : $"lib{library}.so";

    private static DllNotFoundException NotFound(string library, IReadOnlyList<string> folders) => new(
        $"{FileName(library)} is in none of these folders: {string.Join(", ", folders)}. " +
        "Run `dotnet restore` (it fetches the package TorchSharp-cpu), or set NUGET_PACKAGES to the folder that holds your NuGet packages.");

    private static DllNotFoundException Explain(Exception failure)
    {
        var platform = NativeFolders.Platforms[1];
        var advice = platform switch
        {
            "linux-x64" => "It needs glibc 2.34 or newer and libstdc++ (Debian 12, Ubuntu 22.04, RHEL 9 or newer; the package is called libstdc++6 or libstdc++).",
            "win-x64" => "It needs the Microsoft Visual C++ Redistributable 2015-2022 (x64): https://aka.ms/vs/17/release/vc_redist.x64.exe",
            "osx-arm64" => "It needs macOS 14 or newer on Apple silicon.",
            _ => $"TorchSharp-cpu has no native libraries for {platform}: it runs on linux-x64, win-x64 and osx-arm64, with a .NET of that architecture.",
        };
        return new DllNotFoundException($"TorchSharp's native libraries cannot be loaded. {failure.Message.TrimEnd()} {advice}", failure);
    }

    private sealed record Outcome(IReadOnlyDictionary<string, nint> Handles, DllNotFoundException? Failure);
}
