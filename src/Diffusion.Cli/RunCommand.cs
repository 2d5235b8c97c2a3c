using System.CommandLine;
using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary><c>ddm run</c>: executes notebooks and writes them with their outputs.</summary>
internal static class RunCommand
{
    private const string Extension = ".ipynb";
    private const string OwnEngine = "ddm";

    private const string About =
        "Executes notebooks and writes them, with their outputs, elsewhere. A notebook that fails is written up to there, and the exit "
        + "code is 1.";

    public static Command Create()
    {
        var notebooks = NotebookOptions.Notebooks(ArgumentArity.OneOrMore);
        var output = NotebookOptions.Output(Path.Combine("artifacts", "executed"));
        output.Description = $"The folder to write to; for one notebook also a file that ends in {Extension}. When absent, "
            + "artifacts/executed beside the notebooks' folder.";
        var parameters = NotebookOptions.Parameters();
        var limit = NotebookOptions.CellLimit();
        var engine = EngineOption();
        var command = new Command("run", About)
        {
            notebooks, output, parameters, limit, engine,
        };
        command.SetAction((parsed, cancellation) => RunAsync(
            parsed.GetValue(notebooks)!,
            parsed.GetValue(output)!,
            parsed.GetValue(parameters)!,
            TimeSpan.FromSeconds(parsed.GetValue(limit)),
            parsed.GetValue(engine) == InteractiveTool.Name,
            cancellation));
        return command;
    }

    private static Option<string> EngineOption()
    {
        var option = Options.OneOf(
            "--engine",
            $"What executes the cells: {OwnEngine}, for C#, or {InteractiveTool.Name}, .NET Interactive's own tool, "
                + "with its other languages and magic commands.",
            OwnEngine,
            InteractiveTool.Name);
        option.DefaultValueFactory = _ => OwnEngine;
        return option;
    }

    private static Task<int> RunAsync(
        string[] paths,
        string output,
        IReadOnlyDictionary<string, string> parameters,
        TimeSpan limit,
        bool byTool,
        CancellationToken cancellation)
    {
        var written = 0;
        return Refusal.OfAsync(
            async () =>
            {
                var notebooks = NotebookFiles.Load(paths, anyLanguage: byTool);
                var isFile = output.EndsWith(Extension, StringComparison.OrdinalIgnoreCase);
                if (isFile && notebooks.Count > 1)
                {
                    return Refusal.Write(
                        $"--output: got the file {output} for {notebooks.Count} notebooks, takes a folder for more than one.");
                }

                if (parameters.Count > 0)
                {
                    foreach (var notebook in notebooks)
                    {
                        NotebookParameters.Inject(notebook, parameters);
                    }
                }

                InteractiveTool? tool = byTool ? InteractiveTool.Find() : null;
                foreach (var notebook in notebooks)
                {
                    Output.RequireFile("--output", Target(notebook));
                }

                var chapters = await NotebookBatch.RunAsync(notebooks, limit, cancellation, tool, printing: true, chapter =>
                {
                    chapter.Notebook.Save(Target(chapter.Notebook));
                    Console.WriteLine($"  written to {Target(chapter.Notebook)}");
                    written++;
                }).ConfigureAwait(false);
                return chapters.All(chapter => chapter.Failure is null) ? 0 : 1;

                string Target(Notebook notebook) =>
                    isFile ? output : Path.Combine(output, Path.GetFileNameWithoutExtension(notebook.Path) + Extension);
            },
            left: () => written == 0 ? Refusal.Nothing : "what ended before is written.");
    }
}
