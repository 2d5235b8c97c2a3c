namespace Diffusion.Notebooks;

/// <summary>Executes the cells of a notebook in order, in a process of their own, and keeps what they show.</summary>
public static class NotebookRunner
{
    // 128 and SIGINT, as shells have it.
    private const int Interrupted = 130;

    /// <summary>Executes a notebook; its outputs replace those that the document held.</summary>
    /// <remarks>
    /// Of what one cell prints, about the first and the last 500 000 characters are kept. A display that is updated is one
    /// output with its last state.
    /// </remarks>
    /// <param name="notebook">The notebook. Cells of other languages than C# are left as they are, unless the tool executes them.</param>
    /// <param name="cellTimeLimit">The longest a cell may take; the first one's time includes the compiler's start.</param>
    /// <param name="progress">Told at the beginning of each cell, and what a cell prints.</param>
    /// <param name="cancellationToken">Ends the process that executes the cells.</param>
    /// <param name="tool">Executes the cells; <see langword="null"/> for the kit's own engine.</param>
    /// <returns><see langword="null"/> when every cell ran, else where and why the notebook stopped.</returns>
    /// <exception cref="OperationCanceledException">The run was cancelled; the notebook holds the outputs up to then.</exception>
    public static async Task<CellFailure?> RunAsync(
        Notebook notebook,
        TimeSpan cellTimeLimit,
        IProgress<CellProgress>? progress = null,
        CancellationToken cancellationToken = default,
        InteractiveTool? tool = null)
    {
        var cells = notebook.Cells.Where(cell => tool is null ? cell.IsExecutable : cell.Kind == CellKind.Code).ToList();
        var recorder = new OutputRecorder(cells);
        if (cells.Count == 0)
        {
            return null;
        }

        cancellationToken.ThrowIfCancellationRequested();
        var folder = Path.GetDirectoryName(notebook.Path)!;
        using EngineProcess engine = tool is null ? new WorkerProcess(folder) : new InteractiveProcess(tool, folder);
        using var cancelling = cancellationToken.Register(engine.Kill);
        var outOfTime = false;
        // Ending the process is the one way that stops any cell, whatever it does.
        using var timer = new Timer(_ =>
        {
            outOfTime = true;
            engine.Kill();
        });
        timer.Change(cellTimeLimit, Timeout.InfiniteTimeSpan);
        var (cell, done) = (0, 0);
        var isComplete = false;
        await foreach (var message in engine.ExecuteAsync(cells).ConfigureAwait(false))
        {
            switch (message["event"]!.GetValue<string>())
            {
                case "start":
                    timer.Change(cellTimeLimit, Timeout.InfiniteTimeSpan);
                    cell = message["cell"]!.GetValue<int>();
                    progress?.Report(new CellProgress(cell, done, cells.Count));
                    recorder.Record(message);
                    break;
                case "stream":
                    progress?.Report(new CellProgress(cell, done, cells.Count, message["text"]!.GetValue<string>()));
                    recorder.Record(message);
                    break;
                case "end":
                    done++;
                    timer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
                    break;
                case "done":
                    isComplete = true;
                    // What a cell left to be done at the end may never be.
                    timer.Change(TimeSpan.FromSeconds(5), Timeout.InfiniteTimeSpan);
                    break;
                default:
                    recorder.Record(message);
                    break;
            }
        }

        await engine.EndAsync().ConfigureAwait(false);
        recorder.Finish();
        if (!isComplete)
        {
            if (engine.ExitCode == Interrupted)
            {
                // A terminal's Ctrl+C ends the tool too, maybe before this process hears of it.
                await Task.Delay(TimeSpan.FromSeconds(1), cancellationToken).ConfigureAwait(false);
            }

            cancellationToken.ThrowIfCancellationRequested();
            if (outOfTime)
            {
                recorder.Fail("TimeLimit", $"The cell took longer than {Describe(cellTimeLimit)} and was ended.");
            }
            else
            {
                var words = await engine.LastWordsAsync().ConfigureAwait(false);
                words = words.Replace(folder + Path.DirectorySeparatorChar, "", StringComparison.Ordinal);
                recorder.Fail(
                    "ProcessEnded", $"The process that executed the cell ended, with exit code {engine.ExitCode}{Reason(words)}", words);
            }
        }

        return recorder.Failure;
    }

    // What the runtime says before its stack.
    private static string Reason(string words)
    {
        var lines = words.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
            .TakeWhile(line => !line.StartsWith("at ", StringComparison.Ordinal) && !line.StartsWith("Repeat", StringComparison.Ordinal))
            .Take(2);
        return string.Join(' ', lines) is { Length: > 0 } reason ? ": " + reason : ".";
    }

    private static string Describe(TimeSpan limit) =>
        limit.TotalSeconds < 120
            ? FormattableString.Invariant($"{limit.TotalSeconds:0.##} s")
            : FormattableString.Invariant($"{limit.TotalMinutes:0.##} min");
}
