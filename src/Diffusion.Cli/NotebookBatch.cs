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
    /// <param name="tool">Executes the cells; <see langword="null"/> for the kit's own engine.</param>
    /// <param name="printing">Whether what a cell prints is shown while it runs.</param>
    /// <param name="ended">Told of each notebook when it has ended.</param>
    /// <returns>The notebooks with what went wrong.</returns>
    public static async Task<IReadOnlyList<BookChapter>> RunAsync(
        IReadOnlyList<Notebook> notebooks,
        TimeSpan cellTimeLimit,
        CancellationToken cancellation,
        InteractiveTool? tool = null,
        bool printing = false,
        Action<BookChapter>? ended = null)
    {
        var chapters = new List<BookChapter>();
        if (printing || Console.IsOutputRedirected)
        {
            foreach (var notebook in notebooks)
            {
                End(await RunPlainAsync(notebook, cellTimeLimit, tool, printing, cancellation).ConfigureAwait(false));
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
                    End(await RunAsync(notebooks[i], tasks[i], cellTimeLimit, tool, cancellation).ConfigureAwait(false));
                }
            }).ConfigureAwait(false);
        foreach (var chapter in chapters.Where(chapter => chapter.Failure is not null))
        {
            AnsiConsole.MarkupLineInterpolated($"[red]{Name(chapter.Notebook)}: {chapter.Failure!.ToString()}[/]");
        }

        return chapters;

        void End(BookChapter chapter)
        {
            chapters.Add(chapter);
            ended?.Invoke(chapter);
        }
    }

    private static async Task<BookChapter> RunAsync(
        Notebook notebook, ProgressTask task, TimeSpan cellTimeLimit, InteractiveTool? tool, CancellationToken cancellation)
    {
        task.StartTask();
        var progress = new Reporter(at =>
        {
            if (at.Printed is not null)
            {
                return;
            }

            task.MaxValue = at.Total;
            task.Value = at.Done;
            task.Description = Markup.Escape($"{Name(notebook)}, {CellOf(tool)} {at.Done + 1}/{at.Total}");
        });
        var failure = await NotebookRunner.RunAsync(notebook, cellTimeLimit, progress, cancellation, tool).ConfigureAwait(false);
        task.Description = failure is null ? Markup.Escape(Name(notebook)) : $"[red]{Markup.Escape(Name(notebook))} failed[/]";
        if (failure is null)
        {
            task.Value = task.MaxValue;
        }

        task.StopTask();
        return new BookChapter(notebook, failure);
    }

    // A line a cell, begun when the cell begins: a log shows which one takes so long. What the cell prints stands below it.
    private static async Task<BookChapter> RunPlainAsync(
        Notebook notebook, TimeSpan cellTimeLimit, InteractiveTool? tool, bool printing, CancellationToken cancellation)
    {
        Console.WriteLine(Name(notebook));
        var all = Stopwatch.StartNew();
        var cell = new Stopwatch();
        var (title, printed) = ("", "");
        var progress = new Reporter(at =>
        {
            if (at.Printed is null)
            {
                EndOfCell();
                (title, printed) = ($"  {CellOf(tool)} {at.Done + 1}/{at.Total}", "");
                Console.Write(title);
                cell.Restart();
            }
            else if (printing)
            {
                Console.Write(printed.Length == 0 ? "\n" + at.Printed : at.Printed);
                printed = at.Printed;
            }
        });
        CellFailure? failure;
        try
        {
            failure = await NotebookRunner.RunAsync(notebook, cellTimeLimit, progress, cancellation, tool).ConfigureAwait(false);
        }
        finally
        {
            EndOfCell();
        }

        Console.WriteLine(failure is null ? $"  ok, {Seconds(all)}" : $"  FAILED, {Seconds(all)}: {failure}");
        return new BookChapter(notebook, failure);

        void EndOfCell()
        {
            if (cell.IsRunning)
            {
                Console.WriteLine($"{(printed.Length == 0 ? "" : printed.EndsWith('\n') ? title : "\n" + title)} {Seconds(cell)}");
            }
        }
    }

    private static string Seconds(Stopwatch watch) => string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalSeconds:0.0} s");

    private static string CellOf(InteractiveTool? tool) => tool is null ? "C# cell" : "cell";

    private static string Name(Notebook notebook) => Path.GetFileName(notebook.Path);

    // Progress<T> reports through the thread pool, out of order.
    private sealed class Reporter(Action<CellProgress> report) : IProgress<CellProgress>
    {
        public void Report(CellProgress value) => report(value);
    }
}
