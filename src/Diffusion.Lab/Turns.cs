using System.Collections.Concurrent;

namespace Diffusion.Lab;

/// <summary>Who may work: of one page the newest question alone, of all pages so many at a time.</summary>
/// <remarks>
/// Each has a thread of its own that stays: what libtorch frees is kept for the thread that asked for it, and a pool's threads come
/// and go.
/// </remarks>
internal sealed class Turns : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Turn, CancellationTokenSource Ends)> newest = [];
    private readonly BlockingCollection<Action> answers = Workers(2), searches = Workers(1);

    /// <summary>Works when it is this question's turn, on a thread of its own; an older question of the same page ends.</summary>
    /// <param name="page">The page; null where the question stands alone.</param>
    /// <param name="turn">The question's number on its page: an older one can arrive after a newer one.</param>
    /// <param name="isSearch">Searches take minutes: they wait for each other and not for answers.</param>
    /// <param name="work">The work, told when to end.</param>
    /// <param name="cancellation">Ends it too.</param>
    /// <exception cref="OperationCanceledException">It ended early.</exception>
    public async Task RunAsync(string? page, long turn, bool isSearch, Action<CancellationToken> work, CancellationToken cancellation)
    {
        using var mine = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        string key = $"{(isSearch ? "search" : "answer")} {page ?? $"{Guid.NewGuid()}"}";
        lock (gate)
        {
            if (newest.TryGetValue(key, out var other) && other.Turn > turn)
            {
                throw new OperationCanceledException("A newer question of the page is at work.");
            }

            other.Ends?.Cancel();
            newest[key] = (turn, mine);
        }

        try
        {
            bool begun = false;
            var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            await using CancellationTokenRegistration early = mine.Token.Register(() => Unless(ref begun, () => ended.SetCanceled(mine.Token)));
            (isSearch ? searches : answers).Add(() => Unless(ref begun, () =>
            {
                try
                {
                    work(mine.Token);
                    ended.SetResult();
                }
                catch (Exception failure)
                {
                    ended.SetException(failure);
                }
            }), cancellation);
            await ended.Task.ConfigureAwait(false);
        }
        finally
        {
            lock (gate)
            {
                if (newest.GetValueOrDefault(key).Ends == mine)
                {
                    newest.Remove(key);
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        answers.CompleteAdding();
        searches.CompleteAdding();
    }

    private static void Unless(ref bool begun, Action begin)
    {
        if (!Interlocked.Exchange(ref begun, true))
        {
            begin();
        }
    }

    private static BlockingCollection<Action> Workers(int count)
    {
        var queue = new BlockingCollection<Action>();
        for (int i = 0; i < count; i++)
        {
            new Thread(WorkOff) { IsBackground = true, Name = "laboratory" }.Start();
        }

        return queue;

        void WorkOff()
        {
            foreach (Action work in queue.GetConsumingEnumerable())
            {
                work();
            }
        }
    }
}
