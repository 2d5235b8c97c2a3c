using static TorchSharp.torch;

namespace Diffusion.Scores;

/// <summary>
/// libtorch on one processor until disposed: what its operations sum then does not depend on how many there are. The
/// setting is the calling thread's own.
/// </summary>
internal readonly struct OneThread : IDisposable
{
    private readonly int before;

    private OneThread(int before) => this.before = before;

    public static OneThread Enter()
    {
        int before = get_num_threads();
        set_num_threads(1);
        return new(before);
    }

    public void Dispose() => set_num_threads(before);
}
