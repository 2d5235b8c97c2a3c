using System.CommandLine;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary><c>ddm run</c>: executes notebooks and writes them with their outputs.</summary>
internal static class RunCommand
{
    /// <summary>Builds the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var notebooks = VerbOptions.Notebooks(ArgumentArity.OneOrMore);
        var output = VerbOptions.Output(Path.Combine("artifacts", "executed"));
        var limit = VerbOptions.CellLimit();
        var command = new Command("run", "Executes notebooks and writes them, with their outputs, to another folder.") { notebooks, output, limit };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(notebooks)!, parsed.GetValue(output)!, TimeSpan.FromSeconds(parsed.GetValue(limit)), cancellation));
        return command;
    }

    private static async Task<int> RunAsync(string[] paths, string output, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            var chapters = await NotebookBatch.RunAsync(NotebookFiles.Load(paths), limit, cancellation).ConfigureAwait(false);
            foreach (var chapter in chapters)
            {
                chapter.Notebook.Save(Path.Combine(output, Path.GetFileName(chapter.Notebook.Path)));
            }

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
