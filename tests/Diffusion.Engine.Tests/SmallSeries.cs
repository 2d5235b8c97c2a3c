[assembly: AssemblyFixture(typeof(Diffusion.Engine.Tests.SmallSeries))]

namespace Diffusion.Engine.Tests;

/// <summary>The notebooks as they lie here, in their small size.</summary>
public sealed class SmallSeries
{
    private readonly Dictionary<string, IReadOnlyList<NotebookCell>> first = [];

    public static string Folder { get; } = Path.Combine(RestoredTool.Repository, "notebooks");

    /// <summary>The first run in the kit's own engine, which several tests look at.</summary>
    internal async Task<IReadOnlyList<NotebookCell>> InKitAsync(string name) =>
        first.TryGetValue(name, out var cells) ? cells : first[name] = await RunAsync(name, null);

    /// <summary>Reads a notebook and makes it small.</summary>
    internal static Notebook Load(string name)
    {
        var notebook = Notebook.Load(Path.Combine(Folder, name));
        if (notebook.Cells.Any(cell => cell.HasTag("parameters")))
        {
            NotebookParameters.Inject(notebook, [new("small", "true")]);
        }

        return notebook;
    }

    /// <summary>Runs a notebook in the tool, or without one in the kit's own engine.</summary>
    internal static async Task<IReadOnlyList<NotebookCell>> RunAsync(string name, InteractiveTool? tool)
    {
        var notebook = Load(name);
        var failure = await NotebookRunner.RunAsync(
            notebook, TimeSpan.FromMinutes(20), tool: tool, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(failure is null, $"{name} in {(tool is null ? "the kit's engine" : InteractiveTool.Name)}: {failure}");
        return notebook.Cells;
    }
}
