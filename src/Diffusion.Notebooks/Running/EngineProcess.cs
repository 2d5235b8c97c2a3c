using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>A process that executes one notebook's cells, as the process sees it that started it.</summary>
internal abstract class EngineProcess : IDisposable
{
    private static readonly Lock Starting = new();
    private readonly LastWords lastWords;

    protected EngineProcess(Func<Process> start)
    {
        lock (Starting)
        {
            // One at a time: a process started meanwhile would inherit another one's pipe and keep it open.
            Process = start();
        }

        lastWords = new LastWords(Process.StandardError);
    }

    /// <summary>The exit code of the process, which has ended.</summary>
    public int ExitCode => Process.ExitCode;

    protected Process Process { get; }

    /// <summary>How a command starts, with its three streams redirected.</summary>
    public static ProcessStartInfo StartInfo(string folder, params string[] command) => new(command[0], command[1..])
    {
        WorkingDirectory = folder,
        RedirectStandardInput = true,
        RedirectStandardOutput = true,
        RedirectStandardError = true,
        StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
        StandardOutputEncoding = Encoding.UTF8,
        UseShellExecute = false,
        // Threads that spin while they wait take the cores from whoever has work: beside another busy process a cell took ten times as long.
        Environment = { ["OMP_WAIT_POLICY"] = System.Environment.GetEnvironmentVariable("OMP_WAIT_POLICY") ?? "passive" },
    };

    /// <summary>Has cells executed, and tells what happens as <see cref="OutputRecorder"/> takes it, until the process ends.</summary>
    public abstract IAsyncEnumerable<JsonObject> ExecuteAsync(IEnumerable<NotebookCell> cells);

    public virtual void Dispose()
    {
        Kill();
        Process.Dispose();
    }

    /// <summary>Waits for the end, not for long.</summary>
    public async Task EndAsync()
    {
        try
        {
            await Process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            await Process.WaitForExitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What the runtime or native code wrote to standard error.</summary>
    public Task<string> LastWordsAsync() => lastWords.ReadAsync();

    /// <summary>Ends the process and those that it started.</summary>
    public void Kill()
    {
        try
        {
            Process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended in the meantime.
        }
    }

    protected async Task SendAsync(JsonObject line)
    {
        try
        {
            await Process.StandardInput.WriteLineAsync(line.ToJsonString()).ConfigureAwait(false);
            await Process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It is gone already; whoever reads its events finds their end.
        }
    }

    protected static async Task<string?> ReadAsync(StreamReader reader, Task ended)
    {
        var line = reader.ReadLineAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(line, ended).ConfigureAwait(false);
        // A program that a cell started and left behind may hold the pipe open for ever.
        await Task.WhenAny(line, Task.Delay(line.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        return line.IsCompleted ? await line.ConfigureAwait(false) : null;
    }

    protected static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line) as JsonObject;
        }
        catch (JsonException)
        {
            return null; // The process ended in the middle of a line, or native code wrote it.
        }
    }
}
