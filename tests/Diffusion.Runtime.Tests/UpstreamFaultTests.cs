using static TorchSharp.torch;

namespace Diffusion.Runtime.Tests;

/// <summary>
/// What the runtime works around, shown to be there still. A test that fails here says that upstream is mended: then the
/// work-around that it names can go, and the test with it. Conv2d's two faults have no test, because they depend on the processor,
/// and malloc's thresholds none, because what an arena keeps depends on every thread that used it.
/// </summary>
public class UpstreamFaultTests
{
    /// <summary>SafeScalars; dotnet/TorchSharp pull requests #1434 and #1496.</summary>
    [Fact]
    public void An_operator_leaves_its_scalar_to_the_finalizer_which_may_run_while_libtorch_reads_it()
    {
        const int Count = 1000;
        using Tensor x = zeros(1);

        Assert.InRange(LeftToFinalizers(() => (x * 0.5).Dispose()), Count, int.MaxValue);
        Assert.InRange(LeftToFinalizers(() => x.Times(0.5).Dispose()), 0, Count / 2);

        static long LeftToFinalizers(Action act)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Assert.True(GC.TryStartNoGCRegion(16 << 20));
            for (int i = 0; i < Count; i++)
            {
                act();
            }

            GC.EndNoGCRegion();
            GC.Collect();
            return GC.GetGCMemoryInfo(GCKind.FullBlocking).FinalizationPendingCount;
        }
    }
}
