using System.Diagnostics;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Drains what native code writes to a process's standard streams, and keeps the first of it for a crash's message.</summary>
internal sealed class LastWords
{
    private const int Most = 2000;
    private readonly Task<string> _output;
    private readonly Task<string> _error;

    public LastWords(Process process)
    {
        _output = DrainAsync(process.StandardOutput);
        _error = DrainAsync(process.StandardError);
    }

    public async Task<string> ReadAsync()
    {
        var both = Task.WhenAll(_output, _error);
        // A grandchild may hold the streams open; what it would add is not worth waiting for.
        await Task.WhenAny(both, Task.Delay(TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        return both.IsCompletedSuccessfully ? (await both.ConfigureAwait(false))[1] : "";
    }

    private static async Task<string> DrainAsync(StreamReader reader)
    {
        var text = new StringBuilder();
        var buffer = new char[4096];
        for (int read; (read = await reader.ReadAsync(buffer).ConfigureAwait(false)) > 0;)
        {
            text.Append(buffer, 0, Math.Min(read, Most - text.Length));
        }

        return text.ToString();
    }
}
