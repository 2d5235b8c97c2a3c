using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;

namespace Diffusion.Plots.Hosts;

/// <summary>What must happen before the first figure, wherever this assembly is loaded.</summary>
internal static class Startup
{
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "A notebook has no main program that could call this.")]
    internal static void Initialize()
    {
        if (!PlotlyIsolation.IsDrawingCopy)
        {
            Begin();
        }
    }

    // Apart, because the copy that only draws does not find Runtime.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Begin()
    {
        // Figures take tensors, and Runtime's own initializer is what lets TorchSharp find its natives.
        RuntimeHelpers.RunModuleConstructor(typeof(TorchRuntime).Module.ModuleHandle);
        PlotlyIsolation.Install();
        ClrKernelHost.Register();
        Formatters.Install();
    }
}
