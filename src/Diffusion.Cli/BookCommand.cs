using System.CommandLine;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary><c>ddm book</c>, the default: executes the notebooks that changed and writes them all as an HTML book.</summary>
internal static class BookCommand
{
    private const string Title = "Diffusion Notebooks";

    private const string Introduction =
        "A network that can only take a little noise away ends up painting pictures. How? These notebooks walk through **sampling from " +
        "denoising diffusion models**: noise going in, every term of the sampling equation coming back out, the standard algorithm and " +
        "why its cost is quadratic, and strides that need only a few steps. Every number and chart was computed by the code above it; " +
        "the sliders work right here, and each page is a notebook that you can open and change.";

    private const string About =
        "Executes the notebooks that changed, and writes a page for each and an index. One that fails shows where on its page, and the "
        + "exit code is 1.";

    private static readonly string Book = Path.Combine("artifacts", "book");

    public static Command Create()
    {
        var notebooks = NotebookOptions.Notebooks(ArgumentArity.ZeroOrMore);
        var output = NotebookOptions.Output(Book);
        var limit = NotebookOptions.CellLimit();
        var all = new Option<bool>("--all")
        {
            Description = "Executes every notebook. Otherwise one is executed if it, or a DLL, script or file that it names, data/ or the "
                + "runner has changed since the last book, or if it failed.",
        };
        var command = new Command("book", About)
        {
            notebooks, output, limit, all,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(notebooks)!,
            parsed.GetValue(output)!,
            TimeSpan.FromSeconds(parsed.GetValue(limit)),
            parsed.GetValue(all),
            cancellation));
        return command;
    }

    /// <summary>The verb as it runs when no verb is given.</summary>
    public static Task<int> RunAsync(CancellationToken cancellation) =>
        RunAsync([], Path.Combine(NotebookFiles.Home(), Book), NotebookOptions.CellTimeLimit, all: false, cancellation);

    private static Task<int> RunAsync(
        string[] paths, string output, TimeSpan limit, bool all, CancellationToken cancellation) => Refusal.OfAsync(async () =>
    {
        var home = NotebookFiles.Home();
        output = Path.GetFullPath(output);
        var found = NotebookFiles.LoadChapters(paths.Length > 0 ? paths : [Path.Combine(home, "notebooks")]);

        // Beside the book, which holds nothing but what its readers need.
        var kept = Path.TrimEndingDirectorySeparator(output) + "-cache";
        Output.RequireFolder("--output", output);
        Output.RequireFolder("--output", kept);
        var cache = new BookCache(kept, Path.Combine(home, "data"), typeof(NotebookRunner).Assembly.Location);
        var chapters = new List<BookChapter>();
        foreach (var chapter in found)
        {
            var notebook = chapter.Notebook;
            if (chapter.Failure is not null)
            {
                chapters.Add(chapter);
                continue;
            }

            if (all)
            {
                cache.Note(notebook);
            }
            else if (cache.Restore(notebook))
            {
                Console.WriteLine($"{Path.GetFileName(notebook.Path)}: unchanged");
                chapters.Add(new BookChapter(notebook, null));
                continue;
            }

            var executed = await NotebookBatch.RunAsync([notebook], limit, cancellation).ConfigureAwait(false);
            chapters.AddRange(executed);
            cache.Keep(executed[0]);
        }

        var plotly = Path.Combine(home, "artifacts", "kit", "plotly", HtmlBook.PlotlyName);
        Console.WriteLine(HtmlBook.Write(output, Title, Introduction, chapters, plotly));
        return chapters.All(chapter => chapter.Failure is null) ? 0 : 1;
    }, left: () => "what ended before is kept, and `ddm book` goes on from there.");
}
