using System.CommandLine;
using Diffusion.Notebooks;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Cli;

/// <summary><c>ddm export</c>: writes a notebook for another notebook engine.</summary>
internal static class ExportCommand
{
    private const string About =
        "Writes a notebook, without outputs, in the form that another notebook engine opens. It names the kit by full paths: "
        + "it may lie anywhere, but on this machine.";

    public static Command Create()
    {
        var notebook = new Argument<string>("notebook") { Description = "The notebook (.ipynb or .dib)." };
        string[] names = [.. TargetEngine.All.Select(target => target.Name)];
        var engine = Options.OneOf("--engine", $"The engine: {string.Join(" or ", names)}.", names);
        engine.Required = true;
        var output = new Option<string?>("--output", "-o")
        {
            Description = $"The file to write, {string.Join(" or ", TargetEngine.All.Select(target => $"{target.Extension} for {target.Name}"))}; "
                + "a file in artifacts/exported beside the notebooks' folder when absent.",
        };
        var command = new Command("export", About) { notebook, engine, output };
        command.SetAction(parsed => Refusal.Of(
            () => Run(parsed.GetRequiredValue(notebook), parsed.GetRequiredValue(engine), parsed.GetValue(output))));
        return command;
    }

    private static int Run(string path, string engine, string? output)
    {
        var target = TargetEngine.All.Single(target => target.Name == engine);
        output ??= Path.Combine(NotebookFiles.Home(), "artifacts", "exported", target.Name, Path.GetFileNameWithoutExtension(path) + target.Extension);
        Require(output.EndsWith(target.Extension, StringComparison.OrdinalIgnoreCase), "--output", output, $"a file that ends in {target.Extension}");
        Output.RequireFile("--output", output);
        var notebook = Notebook.Load(path);
        Require(Final(output) != Final(path), "--output", $"{output}, the notebook itself", "another file");
        target.Export(notebook, output);
        Console.WriteLine(output);
        return 0;
    }

    private static string Final(string path)
    {
        path = Path.GetFullPath(path);
        return Path.Exists(path) ? File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path : path;
    }
}
