using System.ComponentModel;
using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>The process that executes one notebook's cells, as the process sees it that started it.</summary>
internal sealed class WorkerProcess : IDisposable
{
    private static readonly Lock s_starting = new();
    private readonly AnonymousPipeServerStream _pipe = new(PipeDirection.In, HandleInheritability.Inheritable);
    private readonly Process _process;
    private readonly LastWords _lastWords;

    public WorkerProcess(string folder)
    {
        var assembly = typeof(WorkerProcess).Assembly.Location;
        var start = new ProcessStartInfo(DotNetHost.Path)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
        };
        // Named, so that the process sees this assembly's dependencies and not those of the program that refers to it.
        foreach (var argument in new[]
        {
            "exec",
            "--depsfile", Path.ChangeExtension(assembly, ".deps.json"),
            "--runtimeconfig", Path.ChangeExtension(assembly, ".runtimeconfig.json"),
            assembly,
        })
        {
            start.ArgumentList.Add(argument);
        }

        lock (s_starting)
        {
            // One at a time: a process started meanwhile would inherit this pipe and keep it open.
            start.ArgumentList.Add(_pipe.GetClientHandleAsString());
            _process = Process.Start(start)!;
            _pipe.DisposeLocalCopyOfClientHandle();
        }

        _lastWords = new LastWords(_process);
    }

    /// <summary>The exit code of the process, which has ended.</summary>
    public int ExitCode => _process.ExitCode;

    public void Dispose()
    {
        Kill();
        _process.Dispose();
        _pipe.Dispose();
    }

    /// <summary>Hands over what is to be executed.</summary>
    public async Task SendAsync(JsonObject request)
    {
        try
        {
            // The input stays open: its end tells the process that this one is gone.
            await _process.StandardInput.WriteLineAsync(request.ToJsonString()).ConfigureAwait(false);
            await _process.StandardInput.FlushAsync().ConfigureAwait(false);
        }
        catch (IOException)
        {
            // It is gone already; whoever reads its events finds their end.
        }
    }

    /// <summary>What happens in the process, until it ends.</summary>
    public async IAsyncEnumerable<JsonObject> EventsAsync()
    {
        using var reader = new StreamReader(_pipe, Encoding.UTF8, leaveOpen: true);
        var ended = _process.WaitForExitAsync();
        while (await ReadAsync(reader, ended).ConfigureAwait(false) is { } line && Parse(line) is { } message)
        {
            yield return message;
        }
    }

    /// <summary>Waits for the end, not for long.</summary>
    public async Task EndAsync()
    {
        try
        {
            await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromSeconds(5)).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            Kill();
            await _process.WaitForExitAsync().ConfigureAwait(false);
        }
    }

    /// <summary>What the runtime or native code wrote to standard error.</summary>
    public Task<string> LastWordsAsync() => _lastWords.ReadAsync();

    /// <summary>Ends the process and those that it started.</summary>
    public void Kill()
    {
        try
        {
            _process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or Win32Exception)
        {
            // It ended in the meantime.
        }
    }

    private static async Task<string?> ReadAsync(StreamReader reader, Task ended)
    {
        var line = reader.ReadLineAsync(CancellationToken.None).AsTask();
        await Task.WhenAny(line, ended).ConfigureAwait(false);
        // A program that a cell started and left behind may hold the pipe open for ever.
        await Task.WhenAny(line, Task.Delay(line.IsCompleted ? TimeSpan.Zero : TimeSpan.FromSeconds(2))).ConfigureAwait(false);
        return line.IsCompleted ? await line.ConfigureAwait(false) : null;
    }

    private static JsonObject? Parse(string line)
    {
        try
        {
            return JsonNode.Parse(line)!.AsObject();
        }
        catch (JsonException)
        {
            return null; // The process ended in the middle of a line.
        }
    }
}
