using System.Diagnostics;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Drains what native code writes to a process's standard streams, and keeps the first of its errors for a crash's message.</summary>
internal sealed class LastWords
{
    private const int Most = 8000;
    private readonly Lock _lock = new();
    private readonly StringBuilder _error = new();
    private readonly Task _drained;

    public LastWords(Process process) => _drained = Task.WhenAll(
        DrainAsync(process.StandardOutput, _ => { }),
        DrainAsync(process.StandardError, Keep));

    public async Task<string> ReadAsync()
    {
        // A program that the process started may hold the streams open; what it would add is not worth waiting for.
        await Task.WhenAny(_drained, Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        lock (_lock)
        {
            return _error.ToString();
        }
    }

    private static async Task DrainAsync(StreamReader reader, Action<ReadOnlyMemory<char>> keep)
    {
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            keep(buffer.AsMemory(0, read));
        }
    }

    private void Keep(ReadOnlyMemory<char> text)
    {
        lock (_lock)
        {
            _error.Append(text[..Math.Min(text.Length, Most - _error.Length)]);
        }
    }
}
