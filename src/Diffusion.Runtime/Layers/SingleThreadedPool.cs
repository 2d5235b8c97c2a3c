using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Diffusion.Runtime;

/// <summary>
/// Threads on each of which libtorch is single-threaded. Parts of a batch side by side need no barrier inside an operation, which
/// is faster than parallel operations one after the other, and the order of every sum is the same on any machine.
/// </summary>
internal static class SingleThreadedPool
{
    private static readonly BlockingCollection<Action> Work = Start();

    /// <summary>
    /// Runs body(0), …, body(count − 1) on as many threads as libtorch has on the calling one, and returns when all have
    /// ended.
    /// </summary>
    public static void Run(int count, Action<int> body)
    {
        int next = -1, threads = Math.Min(count, get_num_threads());
        using var left = new CountdownEvent(threads);
        Exception? failure = null;
        for (int i = 0; i < threads; i++)
        {
            Work.Add(() =>
            {
                try
                {
                    for (int part; (part = Interlocked.Increment(ref next)) < count;)
                    {
                        body(part);
                    }
                }
                catch (Exception caught)
                {
                    Interlocked.CompareExchange(ref failure, caught, null);
                }
                finally
                {
                    left.Signal();
                }
            });
        }

        left.Wait();
        if (failure is not null)
        {
            ExceptionDispatchInfo.Throw(failure);
        }
    }

    /// <summary>
    /// A batch computed in parts side by side. The parts follow from the size of the batch and not from the number of threads, so
    /// the answer does not depend on that either.
    /// </summary>
    /// <param name="x">[N, …].</param>
    /// <param name="minPart">The fewest rows that are worth a thread.</param>
    /// <param name="maxPart">The most rows whose features fit a processor's cache.</param>
    /// <param name="compute">Given the first row and the number of rows, the answer to these; no gradients are recorded.</param>
    /// <returns>[N, …], of x's type. The caller owns it.</returns>
    public static Tensor Map(Tensor x, int minPart, int maxPart, Func<long, long, Tensor> compute)
    {
        long count = x.shape[0], part = Math.Clamp((count + 1) / 2, minPart, maxPart);
        Tensor answer = empty_like(x);
        try
        {
            Run((int)((count + part - 1) / part), i =>
            {
                using var noGradient = no_grad();
                using var scope = NewDisposeScope();
                long begin = i * part, rows = Math.Min(part, count - begin);
                answer.narrow(0, begin, rows).copy_(compute(begin, rows));
            });
            return answer;
        }
        catch
        {
            answer.Dispose();
            throw;
        }
    }

    private static BlockingCollection<Action> Start()
    {
        RaiseMallocThresholds();

        // The number of threads is thread-local, and the last one set is also the default of threads new to libtorch: put it back.
        int before = get_num_threads(), count = Environment.ProcessorCount;
        var work = new BlockingCollection<Action>();
        using var ready = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
        {
            new Thread(() =>
            {
                // The first call initializes libtorch's state of this thread; done later, it would undo the setting.
                _ = get_num_threads();
                set_num_threads(1);
                ready.Signal();
                foreach (Action action in work.GetConsumingEnumerable())
                {
                    action();
                }
            })
            { IsBackground = true, Name = "libtorch" }.Start();
        }

        ready.Wait();
        set_num_threads(before);
        return work;
    }

    /// <summary>
    /// glibc's malloc takes a block above M_MMAP_THRESHOLD from the kernel and returns it when it is freed, as it does the end of
    /// its heap above M_TRIM_THRESHOLD, so the pages of the next block fault in anew. The thresholds begin at 128 KiB, below the
    /// size of feature maps; freeing a block of up to 32 MiB raises the first to its size and the second to twice that (mallopt(3)).
    /// One such block, never written to, saves a forward an eighth of its time.
    /// </summary>
    private static void RaiseMallocThresholds() => empty(32 * 1024 * 1024 - 4096, ScalarType.Byte).Dispose();
}
