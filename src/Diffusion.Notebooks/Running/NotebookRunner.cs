using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Executes the C# cells of a notebook in order, in a process of their own, and keeps what they show.</summary>
public static class NotebookRunner
{
    /// <summary>Executes a notebook; its outputs replace those that the document held.</summary>
    /// <remarks>
    /// Of what one cell prints, about the first and the last 500 000 characters are kept. A display that is updated is one
    /// output with its last state.
    /// </remarks>
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
        var folder = Path.GetDirectoryName(notebook.Path)!;
        using var worker = new WorkerProcess(folder);
        using var cancelling = cancellationToken.Register(worker.Kill);
        var outOfTime = false;
        // Ending the process is the one way that stops any cell, whatever it does.
        using var timer = new Timer(_ =>
        {
            outOfTime = true;
            worker.Kill();
        });
        timer.Change(cellTimeLimit, Timeout.InfiniteTimeSpan);
        await worker.SendAsync(Request(cells)).ConfigureAwait(false);
        var done = 0;
        var isComplete = false;
        await foreach (var message in worker.EventsAsync().ConfigureAwait(false))
        {
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
                    isComplete = true;
                    break;
                default:
                    recorder.Record(message);
                    break;
            }
        }

        await worker.EndAsync().ConfigureAwait(false);
        recorder.Finish();
        if (!isComplete)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (outOfTime)
            {
                recorder.Fail("TimeLimit", $"The cell took longer than {Describe(cellTimeLimit)} and was ended.");
            }
            else
            {
                var words = await worker.LastWordsAsync().ConfigureAwait(false);
                words = words.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
                recorder.Fail("ProcessEnded", $"The process that executed the cell ended, with exit code {worker.ExitCode}{Reason(words)}", words);
            }
        }

        return recorder.Failure;
    }

    private static JsonObject Request(IEnumerable<NotebookCell> cells) => new()
    {
        ["cells"] = new JsonArray([.. cells.Select(cell => new JsonObject
        {
            ["number"] = cell.Number,
            ["source"] = cell.Source,
            ["mayFail"] = cell.MayFail,
        })]),
    };

    // What the runtime says before its stack.
    private static string Reason(string words)
    {
        var lines = words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("Repeat", StringComparison.Ordinal))
            .Take(2);
        return string.Join(' ', lines) is { Length: > 0 } reason ? ": " + reason : ".";
    }

    private static string Describe(TimeSpan limit) =>
        limit.TotalSeconds < 120 ? FormattableString.Invariant($"{limit.TotalSeconds:0.##} s") : FormattableString.Invariant($"{limit.TotalMinutes:0.##} min");
}
