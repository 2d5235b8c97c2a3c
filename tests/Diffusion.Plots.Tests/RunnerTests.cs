using System.Reflection;
using System.Text.Json.Nodes;
using Diffusion.Notebooks;

namespace Diffusion.Plots.Tests;

/// <summary>Cells in this kit's own runner: a process of its own, in which Roslyn's scripting loads the kit from its folder.</summary>
public sealed class RunnerTests : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("diffusion-plots-");

    private static string Kit { get; } = HostTests.Kit().Replace('\\', '/');

    private static string UseKit => $"""
        #r "{Kit}/Diffusion.Plots.dll"
        #r "{Kit}/Diffusion.dll"
        using Diffusion.Plots;
        double[] x = [1, 2, 3];
        """;

    private static string UsePlotly => $"""
        #r "{Kit}/plotly/Plotly.NET.CSharp.dll"
        #r "{Kit}/plotly/Plotly.NET.dll"
        using Chart = Plotly.NET.CSharp.Chart;
        """;

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_figure_is_html_a_still_and_a_line_of_text_in_one_output()
    {
        var outputs = await Run(UseKit, "Figures.Lines(\"A title\", \"x\", \"y\", (\"a\", x, x))");
        var data = Assert.Single(outputs[1])["data"]!.AsObject();
        Assert.Equal(["image/svg+xml", "text/html", "text/plain"], data.Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.StartsWith("<svg", Text(data["image/svg+xml"]), StringComparison.Ordinal);
        Assert.Equal("A title [chart of a]", Text(data["text/plain"]));
    }

    [Fact]
    public async Task The_last_state_arrives_though_the_cell_ends_right_after_it()
    {
        var outputs = await Run(
            UseKit,
            "var live = Live.Show(Figures.Table([\"i\"], [[0]])); for (var i = 1; i <= 100; i++) live.Update(Figures.Table([\"i\"], [[$\"state {i}\"]]));",
            "foreach (var i in Live.Progress(\"counting\", Enumerable.Range(0, 1000))) { }");
        Assert.Contains("state 100", Text(Assert.Single(outputs[1])["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Equal("counting: 1000 of 1000", Text(Assert.Single(outputs[2])["data"]!["text/plain"]));
    }

    [Fact]
    public async Task A_cell_that_throws_leaves_its_last_state_behind()
    {
        var outputs = await Run(UseKit, "var live = Live.Show(Figures.Table([\"i\"], [[0]])); live.Update(Figures.Table([\"i\"], [[\"last\"]])); throw new Exception(\"on purpose\");");
        Assert.Contains("last", Text(outputs[1][0]["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Equal("error", (string)outputs[1][1]["output_type"]!);
    }

    [Fact]
    public async Task A_notebook_whose_first_chart_is_live_carries_the_library_once()
    {
        var outputs = await Run(UseKit, "var live = Live.Show(Figures.Lines(\"\", \"x\", \"y\", (\"a\", x, x))); live.Update(Figures.Lines(\"Last\", \"x\", \"y\", (\"a\", x, x)));", "Figures.Lines(\"Next\", \"x\", \"y\", (\"a\", x, x))");
        var html = outputs.SelectMany(cell => cell).Select(output => Text(output["data"]!["text/html"])).ToArray();
        Assert.Equal([true, false, false], html.Select(text => text.Length > 3_000_000));
    }

    [Fact]
    public async Task A_readers_own_chart_at_the_end_of_a_cell_is_drawn()
    {
        var outputs = await Run(UseKit, "Figures.Lines(\"\", \"x\", \"y\", (\"a\", x, x))", UsePlotly, "Chart.Line<double, double, string>(x, x)", "PlotlyFigure.From(\"Own\", Chart.Point<double, double, string>(x, x))");
        Assert.Matches("diffusionFigures1.run\\(\"[0-9a-f]+\",\\[\\[0,\"chart\"", Text(Assert.Single(outputs[3])["data"]!["text/html"]));
        Assert.StartsWith("Own", Text(Assert.Single(outputs[4])["data"]!["text/plain"]), StringComparison.Ordinal);
    }

    // .NET Interactive has this version in its Default context, and Plotly.NET needs a newer one.
    [Fact]
    public async Task Plotly_draws_where_the_host_has_an_older_FSharp_Core()
    {
        var older = typeof(RunnerTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "OlderFSharpCore").Value!;
        Assert.True(AssemblyName.GetAssemblyName(older).Version < AssemblyName.GetAssemblyName($"{Kit}/plotly/FSharp.Core.dll").Version);
        var outputs = await Run(
            $"var older = System.Runtime.Loader.AssemblyLoadContext.Default.LoadFromAssemblyPath(@\"{older}\");",
            UseKit,
            "Figures.Lines(\"Drawn\", \"x\", \"y\", (\"a\", x, x))",
            UsePlotly,
            "PlotlyFigure.From(\"Own\", Chart.Line<double, double, string>(x, x))",
            "string.Join(';', AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name == \"FSharp.Core\").Select(a => a.Location).Order())");
        Assert.Contains("Drawn", Text(Assert.Single(outputs[2])["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Contains("\"chart\",{\"data\":[{", Text(Assert.Single(outputs[4])["data"]!["text/html"]), StringComparison.Ordinal);
        string[] both = [older, Path.Combine(HostTests.Kit(), "plotly", "FSharp.Core.dll")];
        Assert.Equal(both.Select(Path.GetFullPath).Order(), Text(Assert.Single(outputs[5])["data"]!["text/plain"]).Split(';').Select(Path.GetFullPath).Order());
    }

    private async Task<List<JsonObject[]>> Run(params string[] cells)
    {
        var path = Path.Combine(folder.FullName, "notebook.ipynb");
        var json = new JsonObject
        {
            ["cells"] = new JsonArray([.. cells.Select((source, i) => new JsonObject
            {
                ["cell_type"] = "code",
                ["id"] = $"cell{i}",
                ["metadata"] = new JsonObject(),
                ["execution_count"] = null,
                ["outputs"] = new JsonArray(),
                ["source"] = source,
            })]),
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        File.WriteAllText(path, json.ToJsonString());
        var notebook = Notebook.Load(path);
        var failure = await NotebookRunner.RunAsync(notebook, TimeSpan.FromMinutes(2), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(failure is null or { Message: "on purpose" }, failure?.ToString());
        return [.. notebook.Cells.Select(cell => cell.Json["outputs"]!.AsArray().Select(output => output!.AsObject()).ToArray())];
    }

    // nbformat writes a text as one string or as a list of lines.
    private static string Text(JsonNode? text) => text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;
}
