using System.Diagnostics;
using System.Globalization;
using Diffusion.Notebooks;
using Spectre.Console;

namespace Diffusion.Cli;

/// <summary>Runs notebooks one after the other and shows how far they are.</summary>
internal static class NotebookBatch
{
    /// <summary>Runs every notebook, the ones after a failed one too.</summary>
    /// <param name="notebooks">The notebooks; they receive their outputs.</param>
    /// <param name="cellTimeLimit">The longest a cell may take.</param>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>The notebooks with what went wrong.</returns>
    public static async Task<IReadOnlyList<BookChapter>> RunAsync(
        IReadOnlyList<Notebook> notebooks, TimeSpan cellTimeLimit, CancellationToken cancellation)
    {
        var chapters = new List<BookChapter>();
        if (Console.IsOutputRedirected)
        {
            foreach (var notebook in notebooks)
            {
                chapters.Add(await RunPlainAsync(notebook, cellTimeLimit, cancellation).ConfigureAwait(false));
            }

            return chapters;
        }

        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new ElapsedTimeColumn())
            .StartAsync(async display =>
            {
                var tasks = notebooks.Select(notebook => display.AddTask(Markup.Escape(Name(notebook)), autoStart: false)).ToList();
                for (var i = 0; i < notebooks.Count; i++)
                {
                    chapters.Add(await RunAsync(notebooks[i], tasks[i], cellTimeLimit, cancellation).ConfigureAwait(false));
                }
            }).ConfigureAwait(false);
        foreach (var chapter in chapters.Where(chapter => chapter.Failure is not null))
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{Name(chapter.Notebook)}: {chapter.Failure!.ToString()}[/]");
        }

        return chapters;
    }

    private static async Task<BookChapter> RunAsync(Notebook notebook, ProgressTask task, TimeSpan cellTimeLimit, CancellationToken cancellation)
    {
        task.StartTask();
        var progress = new Reporter(at =>
        {
            task.MaxValue = at.Total;
            task.Value = at.Done;
            task.Description = Markup.Escape($"{Name(notebook)}, C# cell {at.Done + 1}/{at.Total}");
        });
        var failure = await NotebookRunner.RunAsync(notebook, cellTimeLimit, progress, cancellation).ConfigureAwait(false);
        task.Description = failure is null ? Markup.Escape(Name(notebook)) : $"[red]{Markup.Escape(Name(notebook))} failed[/]";
        if (failure is null)
        {
            task.Value = task.MaxValue;
        }

        task.StopTask();
        return new BookChapter(notebook, failure);
    }

    // A line a cell, begun when the cell begins: a log shows which one takes so long.
    private static async Task<BookChapter> RunPlainAsync(Notebook notebook, TimeSpan cellTimeLimit, CancellationToken cancellation)
    {
        Console.WriteLine(Name(notebook));
        var all = Stopwatch.StartNew();
        var cell = new Stopwatch();
        var progress = new Reporter(at =>
        {
            EndOfCell(cell);
            Console.Write($"  C# cell {at.Done + 1}/{at.Total}");
            cell.Restart();
        });
        CellFailure? failure;
        try
        {
            failure = await NotebookRunner.RunAsync(notebook, cellTimeLimit, progress, cancellation).ConfigureAwait(false);
        }
        finally
        {
            EndOfCell(cell);
        }

        Console.WriteLine(failure is null ? $"  ok, {Seconds(all)}" : $"  FAILED, {Seconds(all)}: {failure}");
        return new BookChapter(notebook, failure);
    }

    private static void EndOfCell(Stopwatch cell)
    {
        if (cell.IsRunning)
        {
            Console.WriteLine($" {Seconds(cell)}");
        }
    }

    private static string Seconds(Stopwatch watch) => string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s");

    private static string Name(Notebook notebook) => Path.GetFileName(notebook.Path);

    // Progress<T> reports through the thread pool, out of order.
    private sealed class Reporter(Action<CellProgress> report) : IProgress<CellProgress>
    {
        public void Report(CellProgress value) => report(value);
    }
}
