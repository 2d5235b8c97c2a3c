using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Diffusion;

/// <summary>Whoever uses a type of this library next uses TorchSharp, whose natives the runtime library has in place.</summary>
internal static class ModuleStart
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A notebook has no main program that could call this.")]
    internal static void Initialize() => RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
}
