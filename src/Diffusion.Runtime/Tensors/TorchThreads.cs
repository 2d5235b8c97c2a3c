using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// libtorch on so many processors until disposed; on one, what its operations sum does not depend on how many there are.
/// The setting is the calling thread's own.
/// </summary>
internal readonly struct TorchThreads : IDisposable
{
    private readonly int before;

    private TorchThreads(int before) => this.before = before;

    public static TorchThreads Use(int count)
    {
        int before = get_num_threads();
        set_num_threads(count);
        return new(before);
    }

    public void Dispose()
    {
        if (before > 0)
        {
            set_num_threads(before);
        }
    }
}
