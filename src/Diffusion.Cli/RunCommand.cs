using System.CommandLine;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary><c>ddm run</c>: executes notebooks and writes them with their outputs.</summary>
internal static class RunCommand
{
    private const string Extension = ".ipynb";

    /// <summary>Builds the verb.</summary>
    /// <returns>The command.</returns>
    public static Command Create()
    {
        var notebooks = VerbOptions.Notebooks(ArgumentArity.OneOrMore);
        var output = VerbOptions.Output(Path.Combine("artifacts", "executed"));
        output.Description = $"The folder to write to; for one notebook also a file that ends in {Extension}. When absent, artifacts/executed beside the notebooks' folder.";
        var parameters = VerbOptions.Parameters();
        var limit = VerbOptions.CellLimit();
        var command = new Command("run", "Executes notebooks and writes them, with their outputs, elsewhere. A notebook that fails is written up to there, and the exit code is 1.")
        {
            notebooks, output, parameters, limit,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(notebooks)!,
            parsed.GetValue(output)!,
            parsed.GetValue(parameters)!,
            TimeSpan.FromSeconds(parsed.GetValue(limit)),
            cancellation));
        return command;
    }

    private static async Task<int> RunAsync(
        string[] paths, string output, IReadOnlyDictionary<string, string> parameters, TimeSpan limit, CancellationToken cancellation)
    {
        try
        {
            var notebooks = NotebookFiles.Load(paths);
            var isFile = output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
            if (isFile && notebooks.Count > 1)
            {
                return Refusal.Write($"--output: got the file {output} for {notebooks.Count} notebooks, takes a folder for more than one.");
            }

            if (parameters.Count > 0)
            {
                foreach (var notebook in notebooks)
                {
                    NotebookParameters.Inject(notebook, parameters);
                }
            }

            // Before the cells run: a folder that cannot be written is known at once.
            Directory.CreateDirectory(isFile ? Path.GetDirectoryName(Path.GetFullPath(output))! : output);
            var chapters = await NotebookBatch.RunAsync(notebooks, limit, cancellation).ConfigureAwait(false);
            foreach (var chapter in chapters)
            {
                chapter.Notebook.Save(isFile ? output : Path.Combine(output, Path.GetFileName(chapter.Notebook.Path)));
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
