using System.CommandLine;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary><c>ddm book</c>, the default: executes the notebooks and writes them as an HTML book.</summary>
internal static class BookCommand
{
    private const string Title = "Diffusion Notebooks";
    private static readonly string s_book = Path.Combine("artifacts", "book");

    /// <summary>Builds the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var notebooks = VerbOptions.Notebooks(ArgumentArity.ZeroOrMore);
        var output = VerbOptions.Output(s_book);
        var limit = VerbOptions.CellLimit();
        var command = new Command("book", "Executes the notebooks and writes an HTML page for each, and an index.") { notebooks, output, limit };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(notebooks)!, parsed.GetValue(output)!, TimeSpan.FromSeconds(parsed.GetValue(limit)), cancellation));
        return command;
    }

    /// <summary>The verb as it runs when no verb is given.</summary>
    /// <param name="cancellation">Ends the run.</param>
    /// <returns>The exit code.</returns>
    public static Task<int> RunAsync(CancellationToken cancellation) =>
        RunAsync([], Path.Combine(NotebookFiles.Home(), s_book), VerbOptions.CellTimeLimit, cancellation);

    private static async Task<int> RunAsync(string[] paths, string output, TimeSpan limit, CancellationToken cancellation)
    {
        var home = NotebookFiles.Home();
        try
        {
            var notebooks = NotebookFiles.Load(paths.Length > 0 ? paths : [Path.Combine(home, "notebooks")]);
            var chapters = await NotebookBatch.RunAsync(notebooks, limit, cancellation).ConfigureAwait(false);
            var plotly = Path.Combine(home, "artifacts", "kit", "plotly", HtmlBook.PlotlyName);
            Console.WriteLine(HtmlBook.Write(Path.GetFullPath(output), Title, chapters, plotly));
            return chapters.All(chapter => chapter.Failure is null) ? 0 : 1;
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            return Refusal.Write(e.Message);
        }
        catch (OperationCanceledException)
        {
            return Refusal.Cancelled();
        }
    }
}
