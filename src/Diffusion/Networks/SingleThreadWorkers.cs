using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Diffusion.Networks;

/// <summary>
/// Threads on which libtorch uses one processor each. Parts of a batch side by side need no barrier inside an operation,
/// which is faster than every operation on all processors, and each part is computed in the same order on any machine.
/// </summary>
internal static class SingleThreadWorkers
{
    private static readonly BlockingCollection<Action> s_work = Start();

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
            s_work.Add(() =>
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

    private static BlockingCollection<Action> Start()
    {
        // glibc hands freed memory back to the system above a threshold that grows with the largest block ever freed, up to
        // 32 MiB (mallopt(3), M_MMAP_THRESHOLD). Features lie just above where it begins: without such a block, which no one
        // writes to, a forward spends an eighth of its time on being given its pages again.
        empty(32 * 1024 * 1024 - 4096, ScalarType.Byte).Dispose();

        // The setting is each thread's own, and also what threads that are new to libtorch begin with; that is put back.
        int before = get_num_threads(), count = Environment.ProcessorCount;
        var work = new BlockingCollection<Action>();
        using var ready = new CountdownEvent(count);
        for (int i = 0; i < count; i++)
        {
            new Thread(() =>
            {
                // The first question makes the thread known to libtorch, which would otherwise set it back later.
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
}
