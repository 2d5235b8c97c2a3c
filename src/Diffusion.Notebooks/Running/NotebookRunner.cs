using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Executes the C# cells of a notebook in order, in a process of their own, and keeps what they show.</summary>
public static class NotebookRunner
{
    private static readonly Lock s_starting = new();

    /// <summary>Executes a notebook; its outputs replace those that the document held.</summary>
    /// <param name="notebook">The notebook. Cells of other languages are left as they are.</param>
    /// <param name="cellTimeLimit">The longest a cell may take; the first one's time includes the compiler's start.</param>
    /// <param name="progress">Told at the beginning of each cell.</param>
    /// <param name="cancellationToken">Ends the process that executes the cells.</param>
    /// <returns><see langword="null"/> when every cell ran, else where and why the notebook stopped.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the notebook holds the outputs up to then.</exception>
    public static async Task<CellFailure?> RunAsync(
        Notebook notebook,
        TimeSpan cellTimeLimit,
        IProgress<CellProgress>? progress = null,
        CancellationToken cancellationToken = default)
    {
        var cells = notebook.Cells.Where(cell => cell.IsExecutable).ToList();
        var recorder = new OutputRecorder(cells);
        if (cells.Count == 0)
        {
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        using var pipe = new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable);
        using var process = Start(Path.GetDirectoryName(notebook.Path)!, pipe);
        var lastWords = new LastWords(process);
        using var cancelling = cancellationToken.Register(() => Kill(process));
        var outOfTime = false;
        // Ending the process is the one way that stops any cell, whatever it does.
        using var timer = new Timer(_ =>
        {
            outOfTime = true;
            Kill(process);
        });

        await SendAsync(process, cells).ConfigureAwait(false);
        timer.Change(cellTimeLimit, Timeout.InfiniteTimeSpan);
        using var events = new StreamReader(pipe, Encoding.UTF8);
        var done = 0;
        while (await events.ReadLineAsync(CancellationToken.None).ConfigureAwait(false) is { } line)
        {
            JsonObject message;
            try
            {
                message = JsonNode.Parse(line)!.AsObject();
            }
            catch (System.Text.Json.JsonException)
            {
                break; // The process ended in the middle of a line.
            }

            switch (message["event"]!.GetValue<string>())
            {
                case "start":
                    timer.Change(cellTimeLimit, Timeout.InfiniteTimeSpan);
                    progress?.Report(new CellProgress(message["cell"]!.GetValue<int>(), done, cells.Count));
                    recorder.Record(message);
                    break;
                case "end":
                    done++;
                    timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    break;
                case "done":
                    timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    await WaitOrKillAsync(process).ConfigureAwait(false);
                    return recorder.Failure;
                default:
                    recorder.Record(message);
                    break;
            }
        }

        await WaitOrKillAsync(process).ConfigureAwait(false);
        cancellationToken.ThrowIfCancellationRequested();
        if (outOfTime)
        {
            recorder.Fail("TimeLimit", $"The cell took longer than {Describe(cellTimeLimit)} and was ended.");
        }
        else
        {
            recorder.Fail("ProcessEnded", $"The process that executed the cell ended by itself, with exit code {process.ExitCode}.", await lastWords.ReadAsync().ConfigureAwait(false));
        }

        return recorder.Failure;
    }

    private static Process Start(string folder, AnonymousPipeServerStream pipe)
    {
        var assembly = typeof(NotebookRunner).Assembly.Location;
        var start = new ProcessStartInfo(DotNet())
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
            start.ArgumentList.Add(pipe.GetClientHandleAsString());
            var process = Process.Start(start)!;
            pipe.DisposeLocalCopyOfClientHandle();
            return process;
        }
    }

    private static string DotNet()
    {
        var root = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        return Path.Combine(root, OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet");
    }

    private static async Task SendAsync(Process process, IEnumerable<NotebookCell> cells)
    {
        var request = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select(cell => new JsonObject
            {
                ["number"] = cell.Number,
                ["source"] = cell.Source,
                ["mayFail"] = cell.MayFail,
            })]),
        };
        try
        {
            await process.StandardInput.WriteAsync(request.ToJsonString()).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It is gone already; the loop that follows finds the end of its events and says so.
        }
    }

    private static async Task WaitOrKillAsync(Process process)
    {
        using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(5));
        try
        {
            await process.WaitForExitAsync(patience.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Kill(process);
            await process.WaitForExitAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    private static void Kill(Process process)
    {
        try
        {
            process.Kill(entireProcessTree: true);
        }
        catch (Exception e) when (e is InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            // It ended in the meantime.
        }
    }

    private static string Describe(TimeSpan limit) =>
        limit.TotalSeconds < 120 ? FormattableString.Invariant($"{limit.TotalSeconds:0.##} s") : FormattableString.Invariant($"{limit.TotalMinutes:0.##} min");
}
