using System.Runtime.CompilerServices;

namespace Diffusion.Tests;

internal static class LoadTorch
{
    // A test may well touch a tensor before it touches anything of the library.
    [ModuleInitializer]
    internal static void BeforeAnyTest() => RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
}
