using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Drains what a process writes to its standard error past the cells, and keeps the beginning for a crash's message.</summary>
internal sealed class LastWords
{
    private const int Most = 8000;
    private readonly Lock gate = new();
    private readonly StringBuilder error = new();
    private readonly Task drained;

    public LastWords(StreamReader error) => drained = DrainAsync(error);

    public async Task<string> ReadAsync()
    {
        // A program that the process started may hold the streams open; what it would add is not worth waiting for.
        await Task.WhenAny(drained, Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        lock (gate)
        {
            return error.ToString();
        }
    }

    private async Task DrainAsync(StreamReader reader)
    {
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            lock (gate)
            {
                error.Append(buffer, 0, Math.Min(read, Most - error.Length));
            }
        }
    }
}
