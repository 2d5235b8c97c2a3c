using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Engine.Tests;

/// <summary>What the notebooks ask of a reader: the solution passes the check, no answer does not; and what the prose states holds.</summary>
public sealed partial class ExerciseTests(SmallSeries series) : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-exercises-").FullName;

    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(SmallSeries.Folder, "*.ipynb").Where(path => Notebook.Load(path).Cells.Any(cell => cell.HasTag("exercise")))
            .Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Without_an_answer_every_exercise_gives_a_hint_and_every_stated_fact_holds(string name)
    {
        var cells = await series.InKitAsync(name);

        Assert.All(Tagged(cells, "exercise"), cell => Assert.Contains("✗", Printed(cell), StringComparison.Ordinal));
        AssertHolds(Tagged(cells, "assert"));
    }

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task With_the_solutions_every_check_passes(string name)
    {
        var cells = await RunSolved(name);

        AssertHolds(Tagged(cells, "exercise"));
        AssertHolds(Tagged(cells, "assert"));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static IEnumerable<NotebookCell> Tagged(IReadOnlyList<NotebookCell> cells, string tag) => cells.Where(cell => cell.HasTag(tag));

    private static void AssertHolds(IEnumerable<NotebookCell> cells) => Assert.All(cells, cell =>
    {
        Assert.Contains("✓", Printed(cell), StringComparison.Ordinal);
        Assert.DoesNotContain("✗", Printed(cell), StringComparison.Ordinal);
    });

    private static string Printed(NotebookCell cell) =>
        string.Concat(cell.Outputs.SelectMany(Cells.Texts).Where(text => text.Name == "stdout").Select(text => text.Text));

    // In its small size, in a folder of its own, with the kit where it lies.
    private async Task<IReadOnlyList<NotebookCell>> RunSolved(string name)
    {
        File.WriteAllText(
            Path.Combine(folder, "setup.csx"),
            File.ReadAllText(Path.Combine(SmallSeries.Folder, "setup.csx"))
                .Replace("../artifacts", Path.Combine(RestoredTool.Repository, "artifacts").Replace('\\', '/'), StringComparison.Ordinal));
        var source = Notebook.Load(Path.Combine(SmallSeries.Folder, name));
        Solve(source.Cells);
        var path = Path.Combine(folder, name);
        source.Save(path);
        var notebook = Notebook.Load(path);
        NotebookParameters.Inject(notebook, [new("small", "true")]);
        var failure = await NotebookRunner.RunAsync(
            notebook, TimeSpan.FromMinutes(5), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(failure is null, $"{name}: {failure}");
        return notebook.Cells;
    }

    // An exercise's solution is the code in the next cell tagged so: the whole cell, with the answer in it.
    private static void Solve(IReadOnlyList<NotebookCell> cells)
    {
        foreach (var cell in Tagged(cells, "exercise"))
        {
            var solution = cells.Skip(cell.Number).First(other => other.HasTag("solution"));
            cell.Json["source"] = JsonValue.Create(Fence().Match(solution.Source).Groups["code"].Value);
        }
    }

    [GeneratedRegex(@"```csharp\n(?<code>.*?)```", RegexOptions.Singleline)]
    private static partial Regex Fence();
}
