using System.Text.RegularExpressions;

namespace Diffusion.Engine.Tests;

/// <summary>The notebooks in .NET Interactive's own tool and in the kit's engine: a reader sees the same.</summary>
public sealed partial class SeriesTests(RestoredTool restored, SmallSeries series)
{
    public static TheoryData<string> Notebooks =>
        [.. Directory.GetFiles(SmallSeries.Folder, "*.ipynb").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Notebooks))]
    public async Task Every_cell_shows_the_same_in_both_engines(string name)
    {
        var byTool = await SmallSeries.RunAsync(name, restored.Tool);
        var byKit = await series.InKitAsync(name);
        var cells = byKit.Zip(byTool).Where(pair => Describe(pair.First) != Describe(pair.Second)).ToList();
        // What differs between two runs of one engine is measured, not computed: of that a reader sees the same words. Rounded, two
        // measurements may agree by chance, three times hardly.
        for (var i = 0; i < 3 && cells.Count > 0; i++)
        {
            var again = await SmallSeries.RunAsync(name, null);
            cells.RemoveAll(pair => Describe(again[pair.First.Number - 1]) != Describe(pair.First)
                && Words(pair.First).SetEquals(Words(pair.Second)));
        }

        Assert.True(cells.Count == 0, string.Join('\n', cells.Select(pair => Difference(pair.First, pair.Second))));
    }

    private static string Describe(NotebookCell cell) => string.Join('\n', cell.Outputs.SelectMany(output =>
        Cells.Texts(output).Select(text => $"{output["output_type"]} {text.Name}\n{text.Text}")));

    // Outputs by kind, and what is no number: the ticks of an axis, and so the lines of its drawing, follow what was measured.
    private static HashSet<string> Words(NotebookCell cell) => [.. cell.Outputs.SelectMany((output, i) => Cells.Texts(output).SelectMany(text =>
        Word().Matches(Encoded().Replace(text.Text, "")).Select(word => $"{i} {text.Name} {word.Value}").Prepend($"{i} {text.Name}")))];

    private static string Difference(NotebookCell kit, NotebookCell tool)
    {
        var (first, second) = (Describe(kit), Describe(tool));
        var at = first.Zip(second).TakeWhile(pair => pair.First == pair.Second).Count();
        var from = Math.Max(0, at - 60);
        return $"cell {kit.Number}, the kit's engine: …{Cut(first)}…\n  {InteractiveTool.Name}: …{Cut(second)}…";

        string Cut(string text) => text[Math.Min(from, text.Length)..Math.Min(from + 160, text.Length)].ReplaceLineEndings("\\n");
    }

    // A figure's hash, and its still, which is among the outputs in the clear too.
    [GeneratedRegex("[0-9a-f]{12}|base64,[A-Za-z0-9+/=]+")]
    private static partial Regex Encoded();

    // Longer than a unit of time.
    [GeneratedRegex(@"\p{L}{3,}")]
    private static partial Regex Word();
}
