using System.Text.Json;
using System.Text.RegularExpressions;

namespace Diffusion.Engine.Tests;

/// <summary>
/// What `ddm export` writes, in stand-ins of the engines that open it, and a plain script: no registry that these tests reach has the
/// engines themselves.
/// </summary>
public sealed partial class OtherEngineTests(SmallSeries series) : IDisposable
{
    private const string ClrKernel = "clrkernel", Verso = "verso";

    private readonly string folder = Directory.CreateTempSubdirectory("ddm-export-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData(ClrKernel)]
    [InlineData(Verso)]
    public Task Every_cell_of_the_series_compiles(string engine) => StandInAsync(
        engine, ["--compile", .. Directory.GetFiles(SmallSeries.Folder, "*.ipynb").Select(path => Export(engine, SmallSeries.Load(Path.GetFileName(path))))]);

    [Theory]
    [InlineData(ClrKernel, "00-start-here.ipynb")]
    [InlineData(ClrKernel, "01-forward-noising.ipynb")]
    [InlineData(Verso, "00-start-here.ipynb")]
    [InlineData(Verso, "01-forward-noising.ipynb")]
    public async Task Every_figure_arrives_that_the_kits_engine_shows(string engine, string name)
    {
        var kit = (await series.InKitAsync(name)).SelectMany(cell => cell.Outputs).SelectMany(Cells.Texts)
            .Where(text => text.Name == "text/html").Select(text => text.Text);

        var shown = await ShownAsync(engine, SmallSeries.Load(name));

        // A bar of progress is a line of text in Verso, where nothing can be replaced.
        Assert.Equal(Figures(kit).Where(html => engine != Verso || !Bar().IsMatch(html)), Figures(shown));
    }

    [Theory]
    [InlineData(ClrKernel)]
    [InlineData(Verso)]
    public async Task What_a_cell_displays_imports_and_ends_with_arrives(string engine)
    {
        using var cells = new Cells(
            "#!csharp\ndisplay(\"first\");\nSystem.IO.File.Exists(\"notebook.ipynb\")",
            $"#!import {Path.Combine(RestoredTool.Repository, "artifacts", "kit", "kit.csx")}",
            "var live = Live.Show(Figures.Table(\"before\", [\"i\"], [[1]]));\nlive.Update(Figures.Table(\"after\", [\"i\"], [[2]]));\nlive.Flush();",
            "#!import below/more.cs\nFigures.Table(more, [\"i\"], [[3]])");
        Directory.CreateDirectory(Path.Combine(cells.Folder, "below"));
        File.WriteAllText(Path.Combine(cells.Folder, "below", "more.cs"), "#load \"name.csx\"\nvar more = Name();");
        File.WriteAllText(Path.Combine(cells.Folder, "below", "name.csx"), "string Name() => \"loaded\";");

        var shown = await ShownAsync(engine, Notebook.Load(cells.Path));

        Assert.Equal(
            ["first", "True", "after i 2", "loaded i 3"],
            shown.Select(html => Spaces().Replace(Markup().Replace(html, " "), " ").Trim()));
    }

    [Fact]
    public async Task A_script_takes_the_kit_as_the_README_shows()
    {
        var readme = await File.ReadAllTextAsync(Path.Combine(RestoredTool.Repository, "README.md"), TestContext.Current.CancellationToken);
        var script = Path.Combine(folder, "first.csx");
        File.WriteAllText(script, Example().Match(readme).Groups[1].Value + "\nConsole.WriteLine(typeof(Sampler).Assembly.Location);");
        Directory.CreateSymbolicLink(Path.Combine(folder, "artifacts"), Path.Combine(RestoredTool.Repository, "artifacts"));

        var lines = (await StandInAsync("script", script)).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(45 + 1, lines.Length);
        Assert.Matches(@"^t = +\d+ → +0, calls so far 45$", lines[^2]);
        Assert.Equal(Path.Combine(folder, "artifacts", "kit", "Diffusion.dll"), lines[^1]);
    }

    // What was measured differs from run to run.
    private static IEnumerable<string> Figures(IEnumerable<string> outputs) => outputs
        .Where(html => html.Contains("diffusion-figure", StringComparison.Ordinal)).Select(html => Number().Replace(html, "0"));

    private string Export(string engine, Notebook notebook)
    {
        var target = TargetEngine.All.Single(target => target.Name == engine);
        var file = Path.Combine(folder, Path.GetFileNameWithoutExtension(notebook.Path) + target.Extension);
        target.Export(notebook, file);
        return file;
    }

    /// <summary>What the cells of a notebook show, each output as its HTML or text.</summary>
    private async Task<IEnumerable<string>> ShownAsync(string engine, Notebook notebook)
    {
        var shown = Path.Combine(folder, "shown.json");
        await StandInAsync(engine, Export(engine, notebook), shown);
        return JsonSerializer.Deserialize<string[][]>(await File.ReadAllTextAsync(shown))!.SelectMany(cell => cell);
    }

    /// <returns>What it prints.</returns>
    private Task<string> StandInAsync(string engine, params string[] arguments)
    {
        var program = engine switch
        {
            ClrKernel => "ClrKernel.Core.Primitives.dll",
            Verso => "Verso.Abstractions.dll",
            _ => "StandIn.Script.dll",
        };
        return PackedKit.RunAsync(folder, "dotnet", [Path.Combine(AppContext.BaseDirectory, program), .. arguments]);
    }

    [GeneratedRegex("```csharp\n(#r .*?)```", RegexOptions.Singleline)]
    private static partial Regex Example();

    [GeneratedRegex("^<div class=\"diffusion-figure\"[^>]*><div style=\"display:flex")]
    private static partial Regex Bar();

    [GeneratedRegex(@"\d+(\.\d+)?")]
    private static partial Regex Number();

    [GeneratedRegex("<style.*?</style>|<[^>]*>", RegexOptions.Singleline)]
    private static partial Regex Markup();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
