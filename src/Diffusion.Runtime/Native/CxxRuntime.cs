using System.Runtime.InteropServices;

namespace Diffusion.Runtime;

/// <summary>The C++ runtime of this system.</summary>
internal static class CxxRuntime
{
    /// <summary>
    /// Whether libstdc++ is older than GCC 13's and so lacks the symbol that TorchSharp's library asks for.
    /// False where there is no libstdc++ at all: no edit helps there.
    /// </summary>
    /// <remarks>
    /// The library itself is asked, not the distribution's name: the one that counts is the one this process
    /// gets, which an environment such as conda may have replaced.
    /// </remarks>
    internal static bool IsTooOld { get; } =
        OperatingSystem.IsLinux() &&
        NativeLibrary.TryLoad("libstdc++.so.6", out var runtime) &&
        !NativeLibrary.TryGetExport(runtime, ElfPatch.NewSymbol, out _);
}
