using System.Runtime.ExceptionServices;

namespace Diffusion.Runtime;

/// <summary>
/// Threads without a part of a batch, which help another thread with its part: whatever that one shares is claimed piece by piece by
/// whoever is free. They wait actively, because pieces take microseconds; nobody waits for one that has not begun.
/// </summary>
internal sealed class Helpers
{
    /// <summary>More would wait more than they help.</summary>
    public const int Most = 3;

    [ThreadStatic]
    private static Helpers? mine;

    private readonly int count;
    private volatile Job? job;
    private volatile bool ended;

    /// <param name="count">How many threads will call <see cref="Help"/>.</param>
    public Helpers(int count) => this.count = count;

    /// <summary>The threads that work on what the calling thread shares, itself included.</summary>
    public static int Threads => 1 + (mine?.count ?? 0);

    /// <summary>
    /// Runs body(0), …, body(count − 1), side by side where the calling thread has helpers, and returns when all have ended.
    /// </summary>
    public static void Share(int count, Action<int> body)
    {
        if (mine is not { } helpers || count == 1)
        {
            for (int i = 0; i < count; i++)
            {
                body(i);
            }

            return;
        }

        var shared = new Job(count, body);
        helpers.job = shared;
        shared.Work();
        helpers.job = null;
        shared.Wait();
    }

    /// <summary>Has the calling thread helped by these while it acts.</summary>
    public void While(Action act)
    {
        mine = this;
        try
        {
            act();
        }
        finally
        {
            mine = null;
            ended = true;
        }
    }

    /// <summary>Helps until the thread that is helped has done what it had to.</summary>
    public void Help()
    {
        var spinner = new SpinWait();
        while (!ended)
        {
            if (job is { } shared)
            {
                shared.Work();
                spinner.Reset();
            }

            spinner.SpinOnce(sleep1Threshold: -1);
        }
    }

    private sealed class Job(int count, Action<int> body)
    {
        private int next = -1;
        private int ended;
        private Exception? failure;

        public void Work()
        {
            for (int i; Volatile.Read(ref next) < count && (i = Interlocked.Increment(ref next)) < count;)
            {
                try
                {
                    body(i);
                }
                catch (Exception caught)
                {
                    Interlocked.CompareExchange(ref failure, caught, null);
                }
                finally
                {
                    Interlocked.Increment(ref ended);
                }
            }
        }

        public void Wait()
        {
            var spinner = new SpinWait();
            while (Volatile.Read(ref ended) < count)
            {
                spinner.SpinOnce(sleep1Threshold: -1);
            }

            if (failure is not null)
            {
                ExceptionDispatchInfo.Throw(failure);
            }
        }
    }
}
