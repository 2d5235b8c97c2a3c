namespace Diffusion.Lab;

/// <summary>Who may work: of one page the newest question alone, of all pages so many at a time.</summary>
internal sealed class Turns : IDisposable
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, (long Turn, CancellationTokenSource Ends)> newest = [];
    private readonly SemaphoreSlim answers = new(2), searches = new(1);

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
            SemaphoreSlim turns = isSearch ? searches : answers;
            await turns.WaitAsync(mine.Token).ConfigureAwait(false);
            try
            {
                await Task.Run(() => work(mine.Token), mine.Token).ConfigureAwait(false);
            }
            finally
            {
                turns.Release();
            }
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
        answers.Dispose();
        searches.Dispose();
    }
}
