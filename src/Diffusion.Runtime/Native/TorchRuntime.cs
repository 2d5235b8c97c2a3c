using System.Runtime.InteropServices;

namespace Diffusion.Runtime;

/// <summary>Loads libtorch and TorchSharp's native library for this process.</summary>
/// <remarks>
/// This happens by itself when TorchSharp.dll is loaded after any type of this library was used. A program
/// that touches TorchSharp before anything of this library calls <see cref="EnsureLoaded"/> first.
/// </remarks>
public static class TorchRuntime
{
    // The loading itself must not touch a type of TorchSharp: it may run while TorchSharp.dll is being
    // loaded on another thread, and each would wait for the other.
    private static readonly Lazy<Outcome> Loading = new(LoadFromAnywhere);

    /// <summary>Loads the native libraries if that has not happened yet.</summary>
    /// <exception cref="DllNotFoundException">They cannot be loaded; the message says what is missing and what to install.</exception>
    public static void EnsureLoaded()
    {
        if (Loading.Value.Failure is { } failure)
        {
            throw new DllNotFoundException(failure.Message, failure.InnerException);
        }
    }

    /// <summary>Loads the native libraries, keeping a failure for whoever asks for one of them.</summary>
    internal static void TryLoad() => _ = Loading.Value;

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
        return Loading.Value.Handles[bare];
    }

    /// <summary>In the order in which each finds what it depends on already loaded.</summary>
    private static IReadOnlyList<string> Libraries { get; } = ["c10", "torch_cpu", "torch", Bridge];

    private const string Bridge = "LibTorchSharp";

    private static Outcome LoadFromAnywhere() =>
        Load(NativeFolders.Search(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == "TorchSharp")));

    /// <summary>Loads all libraries from the first of the folders that has each.</summary>
    internal static Outcome Load(IReadOnlyList<string> folders)
    {
        var handles = new Dictionary<string, nint>();
        foreach (var library in Libraries)
        {
            if (NativeFolders.Find(FileName(library), folders) is not { } path)
            {
                return new Outcome(handles, NotFound(library, folders));
            }

            try
            {
                handles[library] = library == Bridge && CxxRuntime.IsTooOld ? LoadPatched(path) : NativeLibrary.Load(path);
            }
            catch (Exception failure) when (failure is DllNotFoundException or BadImageFormatException or IOException
                or InvalidDataException or UnauthorizedAccessException)
            {
                return new Outcome(handles, NotLoaded(path, failure));
            }
        }

        QuietWarnings(handles["c10"]);
        return new Outcome(handles, null);
    }

    /// <summary>
    /// On processors that its NNPACK does not know, libtorch warns at every small convolution on a single thread that it
    /// takes another way; what fails is an exception all the same.
    /// </summary>
    private static void QuietWarnings(nint c10)
    {
        const int ErrorsOnly = 2;
        if (NativeLibrary.TryGetExport(c10, "FLAGS_caffe2_log_level", out nint level))
        {
            Marshal.WriteInt32(level, ErrorsOnly);
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
        NativeFolders.Platform is "linux-x64" or "win-x64" or "osx-arm64"
            ? $"TorchSharp cannot start: {FileName(library)} is in none of the folders {string.Join(", ", folders)}. " +
              "Run `dotnet restore` in this library's repository (it fetches the package TorchSharp-cpu), "
              + "or set NUGET_PACKAGES to the folder that holds your NuGet packages."
            : $"TorchSharp cannot start: it has no native libraries for {NativeFolders.Platform}, "
              + "only for linux-x64, win-x64 and osx-arm64. " +
              "A .NET of one of these architectures is needed.");

    private static DllNotFoundException NotLoaded(string path, Exception failure) => new(
        $"TorchSharp cannot start: {path} does not load. " + NativeFolders.Platform switch
        {
            "linux-x64" => "It needs glibc 2.34 and libstdc++ 6.0.30 or newer, "
                + "as Debian 12, Ubuntu 22.04 and RHEL 9 have them (package libstdc++6 or libstdc++).",
            "win-x64" => "It needs the Microsoft Visual C++ Redistributable (x64): https://aka.ms/vs/17/release/vc_redist.x64.exe",
            _ => "It needs a recent macOS on Apple silicon.",
        } + $" The system says: {failure.Message.Trim()}",
        failure);

    /// <summary>What was loaded, and what went wrong if not all of it was.</summary>
    internal sealed record Outcome(IReadOnlyDictionary<string, nint> Handles, DllNotFoundException? Failure);
}
