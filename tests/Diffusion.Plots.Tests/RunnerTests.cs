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
        #r "{Kit}/TorchSharp.dll"
        using Diffusion.Plots;
        double[] x = [1, 2, 3];
        """;

    private const string LiveTable = "var live = Live.Show(Figures.Table([\"i\"], [[0]]));\n";

    private static string UsePlotly => $"""
        #r "{Kit}/plotly/Plotly.NET.CSharp.dll"
        #r "{Kit}/plotly/Plotly.NET.dll"
        using Chart = Plotly.NET.CSharp.Chart;
        """;

    private const string Drawn = "diffusionFigures1.run\\(\"[0-9a-f]+\",\\[\\[0,\"chart\"";

    public void Dispose() => folder.Delete(recursive: true);

    [Fact]
    public async Task A_figure_is_html_with_a_drawing_and_a_line_of_text_in_one_output()
    {
        var outputs = await Run(UseKit, Chart("A title"));
        var data = Assert.Single(outputs[1])["data"]!.AsObject();
        Assert.Equal(["text/html", "text/plain"], data.Select(entry => entry.Key).Order(StringComparer.Ordinal));
        Assert.Contains("alt=\"A title\" src=\"data:image/svg+xml;base64,", Text(data["text/html"]), StringComparison.Ordinal);
        Assert.Equal("A title [chart of a]", Text(data["text/plain"]));
    }

    [Fact]
    public async Task A_figure_of_pictures_finds_the_library_that_encodes_them()
    {
        var outputs = await Run(UseKit, "Figures.Pictures(\"A grid\", TorchSharp.torch.zeros(2, 3, 4, 4))");
        Assert.Contains("src=\"data:image/png;base64,", Text(Assert.Single(outputs[1])["data"]!["text/html"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_last_state_arrives_though_the_cell_ends_right_after_it()
    {
        var outputs = await Run(
            UseKit,
            LiveTable + "for (var i = 1; i <= 100; i++) live.Update(Figures.Table([\"i\"], [[$\"state {i}\"]]));",
            "foreach (var i in Live.Progress(\"counting\", Enumerable.Range(0, 1000))) { }");
        Assert.Contains("state 100", Text(Assert.Single(outputs[1])["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Equal("counting: 1000 of 1000", Text(Assert.Single(outputs[2])["data"]!["text/plain"]));
    }

    [Fact]
    public async Task A_cell_that_throws_leaves_its_last_state_behind()
    {
        var outputs = await Run(
            UseKit, LiveTable + "live.Update(Figures.Table([\"i\"], [[\"last\"]])); throw new Exception(\"on purpose\");");
        Assert.Contains("last", Text(outputs[1][0]["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Equal("error", (string)outputs[1][1]["output_type"]!);
    }

    [Fact]
    public async Task A_notebook_whose_first_chart_is_live_carries_the_library_once()
    {
        var outputs = await Run(UseKit, $"var live = Live.Show({Chart("")}); live.Update({Chart("Last")});", Chart("Next"));
        var html = outputs.SelectMany(cell => cell).Select(output => Text(output["data"]!["text/html"])).ToArray();
        Assert.Equal([true, false, false], html.Select(text => text.Length > 3_000_000));
    }

    [Theory]
    [InlineData("the kit's lines")]
    [InlineData("#r \"nuget: Plotly.NET, 6.0.0\"\n#r \"nuget: Plotly.NET.CSharp, 0.14.0\"\nusing Chart = Plotly.NET.CSharp.Chart;")]
    [InlineData("#r \"nuget: Plotly.NET, 6.0.0\"\n#r \"nuget: Plotly.NET.Interactive, 6.0.0\"\n#r \"nuget: Plotly.NET.CSharp, 0.14.0\"\nusing Chart = Plotly.NET.CSharp.Chart;")]
    public async Task A_readers_own_chart_is_drawn_before_and_after_a_figure(string lines)
    {
        lines = lines.StartsWith('#') ? lines : UsePlotly;
        const string Own = "Chart.Line<double, double, string>(x, x)";
        var outputs = await Run(UseKit, lines, Own, Chart("Drawn"), Own);
        Assert.All([2, 3, 4], cell => Assert.Matches(Drawn, Text(Assert.Single(outputs[cell])["data"]!["text/html"])));
        // The library's script once, with the first of them; the others fetch nothing while it is there.
        Assert.Equal([true, false, false], new[] { 2, 3, 4 }.Select(cell => Text(outputs[cell][0]["data"]!["text/html"]).Length > 3_000_000));
    }

    [Fact]
    public async Task A_package_that_holds_TorchSharp_too_goes_with_the_kit()
    {
        const string Package = "#r \"nuget: TorchSharp-cpu, 0.107.0\"\nusing TorchSharp;\nusing static TorchSharp.torch;";
        const string Sum = "$\"{Diffusion.Noise.Gaussian([3L], 1).mul(0).sum().item<float>() + arange(3).sum().item<long>()}\"";
        var kit = UseKit.Replace("double[]", "using static TorchSharp.torch;\ndouble[]", StringComparison.Ordinal);
        foreach (var cells in new[] { new[] { kit, Package, Sum }, [Package, kit, Sum] })
        {
            Assert.Equal("3", Text(Assert.Single((await Run(cells))[2])["data"]!["text/plain"]));
        }
    }

    // .NET Interactive has this version in its Default context, and Plotly.NET needs a newer one.
    [Fact]
    public async Task Plotly_draws_where_the_host_has_an_older_FSharp_Core()
    {
        var older = typeof(RunnerTests).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .Single(attribute => attribute.Key == "OlderFSharpCore").Value!;
        var own = Path.Combine(HostTests.Kit(), "plotly", "FSharp.Core.dll");
        Assert.True(AssemblyName.GetAssemblyName(older).Version < AssemblyName.GetAssemblyName(own).Version);
        var outputs = await Run(
            $"var older = System.Runtime.Loader.AssemblyLoadContext.Default.LoadFromAssemblyPath(@\"{older}\");",
            UseKit,
            Chart("Drawn"),
            UsePlotly,
            "Chart.Line<double, double, string>(x, x)",
            "var cores = AppDomain.CurrentDomain.GetAssemblies().Where(a => a.GetName().Name == \"FSharp.Core\");\n"
                + "string.Join(';', cores.Select(a => a.Location))");
        Assert.Contains("Drawn", Text(Assert.Single(outputs[2])["data"]!["text/html"]), StringComparison.Ordinal);
        Assert.Contains("\"chart\",{\"data\":[{", Text(Assert.Single(outputs[4])["data"]!["text/html"]), StringComparison.Ordinal);
        var loaded = Text(Assert.Single(outputs[5])["data"]!["text/plain"]).Split(';').Select(Path.GetFullPath);
        Assert.Equal(new[] { older, own }.Select(Path.GetFullPath).Order(), loaded.Order());
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
            ["metadata"] = new JsonObject
            {
                ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
            },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        };
        File.WriteAllText(path, json.ToJsonString());
        var notebook = Notebook.Load(path);
        var failure = await NotebookRunner.RunAsync(
            notebook, TimeSpan.FromMinutes(2), cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(failure is null or { Message: "on purpose" }, failure?.ToString());
        return [.. notebook.Cells.Select(cell => cell.Json["outputs"]!.AsArray().Select(output => output!.AsObject()).ToArray())];
    }

    private static string Chart(string title) => $"Figures.Lines(\"{title}\", \"x\", \"y\", (\"a\", x, x))";

    // nbformat writes a text as one string or as a list of lines.
    private static string Text(JsonNode? text) =>
        text is JsonArray lines ? string.Concat(lines.Select(line => (string)line!)) : (string)text!;
}
