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
                var watch = Stopwatch.StartNew();
                var failure = await NotebookRunner.RunAsync(notebook, cellTimeLimit, null, cancellation).ConfigureAwait(false);
                chapters.Add(new BookChapter(notebook, failure));
                Console.WriteLine(Line(notebook, failure, watch.Elapsed));
            }

            return chapters;
        }

        await AnsiConsole.Progress()
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new ElapsedTimeColumn())
            .StartAsync(async display =>
            {
                var tasks = notebooks.Select(notebook => display.AddTask(Markup.Escape(Name(notebook)), autoStart: false)).ToList();
                for (var i = 0; i < notebooks.Count; i++)
                {
                    var task = tasks[i];
                    task.StartTask();
                    var progress = new Reporter(at =>
                    {
                        task.MaxValue = at.Total;
                        task.Value = at.Done;
                    });
                    var failure = await NotebookRunner.RunAsync(notebooks[i], cellTimeLimit, progress, cancellation).ConfigureAwait(false);
                    chapters.Add(new BookChapter(notebooks[i], failure));
                    if (failure is null)
                    {
                        task.Value = task.MaxValue;
                    }
                    else
                    {
                        task.Description = $"[red]{Markup.Escape(Name(notebooks[i]))} failed[/]";
                    }

                    task.StopTask();
                }
            }).ConfigureAwait(false);
        foreach (var chapter in chapters.Where(chapter => chapter.Failure is not null))
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{Name(chapter.Notebook)}: {chapter.Failure!.ToString()}[/]");
        }

        return chapters;
    }

    private static string Name(Notebook notebook) => Path.GetFileName(notebook.Path);

    private static string Line(Notebook notebook, CellFailure? failure, TimeSpan elapsed) => string.Create(
        CultureInfo.InvariantCulture,
        $"{(failure is null ? "ok    " : "FAILED")} {Name(notebook)} ({elapsed.TotalSeconds:0.0} s){(failure is null ? "" : ": " + failure)}");

    // Progress<T> reports through the thread pool, out of order.
    private sealed class Reporter(Action<CellProgress> report) : IProgress<CellProgress>
    {
        public void Report(CellProgress value) => report(value);
    }
}
