using System.Collections.Concurrent;
using System.Runtime.ExceptionServices;
using static TorchSharp.torch;

namespace Diffusion.Training;

/// <summary>
/// Threads on which libtorch uses one processor each. Parts of a batch side by side need no barrier inside an operation,
/// which is faster than every operation on all processors, and each part is computed in the same order on any machine.
/// </summary>
internal sealed class SingleThreadWorkers : IDisposable
{
    private readonly BlockingCollection<Action> work = [];
    private readonly Thread[] threads;

    public SingleThreadWorkers(int count)
    {
        // The setting is each thread's own, and also what threads that are new to libtorch begin with; that is put back.
        int before = get_num_threads();
        using var ready = new CountdownEvent(count);
        threads = [.. Enumerable.Range(0, count).Select(_ => new Thread(() =>
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
        { IsBackground = true, Name = "libtorch" })];
        foreach (Thread thread in threads)
        {
            thread.Start();
        }

        ready.Wait();
        set_num_threads(before);
    }

    /// <summary>Runs body(0), …, body(count − 1), and returns when all have ended.</summary>
    public void Run(int count, Action<int> body)
    {
        using var left = new CountdownEvent(count);
        Exception? failure = null;
        for (int i = 0; i < count; i++)
        {
            int part = i;
            work.Add(() =>
            {
                try
                {
                    body(part);
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

    public void Dispose()
    {
        work.CompleteAdding();
        foreach (Thread thread in threads)
        {
            thread.Join();
        }

        work.Dispose();
    }
}
