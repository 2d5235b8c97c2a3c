namespace Diffusion.Engine.Tests;

/// <summary>Packages that a reader's cell takes beside the kit: those that the tool cannot load break no figure, before or after one.</summary>
public sealed class ForeignPackageTests(RestoredTool restored)
{
    private const string Figure = """Figures.Lines("chart", "x", "y", ("s", new[] { 1.0, 2 }, new[] { 3.0, 4 }))""";

    private static readonly string Kit = $"#!import {Path.Combine(RestoredTool.Repository, "artifacts", "kit", "kit.csx")}";

    [Theory]
    [InlineData("Plotly.NET, 6.0.0")]
    [InlineData("Plotly.NET.Interactive, 6.0.0")]
    public async Task The_kits_figures_draw_before_and_after_a_package_that_cannot_load(string package)
    {
        using var after = new Cells(Kit, Figure, $"#r \"nuget: {package}\"", Figure);
        using var before = new Cells($"#r \"nuget: {package}\"", Kit, Figure);

        foreach (var cells in new[] { after, before })
        {
            var (failure, outputs) = await cells.RunAsync(restored.Tool);

            Assert.Null(failure);
            Assert.Contains("chart [chart of s]", Assert.Single(outputs[^1]).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Torch_from_NuGet_beside_the_kit_is_the_kits()
    {
        using var cells = new Cells(Kit, "torch.ones(2).sum().item<float>()", "#r \"nuget: TorchSharp-cpu, 0.107.0\"", "torch.ones(3).sum().item<float>()");

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Null(failure);
        Assert.Contains("3", Assert.Single(outputs[3]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kits_copies_of_Plotly_draw_a_chart_before_any_figure()
    {
        var plotly = Path.Combine(RestoredTool.Repository, "artifacts", "kit", "plotly");
        using var cells = new Cells(Kit, $$"""
            #r "{{Path.Combine(plotly, "Plotly.NET.dll")}}"
            #r "{{Path.Combine(plotly, "Plotly.NET.CSharp.dll")}}"
            Plotly.NET.CSharp.Chart.Line<double, double, string>(new double[] { 1, 2 }, new double[] { 3, 4 })
            """, Figure);

        foreach (var tool in new[] { restored.Tool, null })
        {
            var (failure, outputs) = await cells.RunAsync(tool);

            Assert.Null(failure);
            Assert.Contains("Plotly.newPlot", Assert.Single(outputs[1]).Text, StringComparison.Ordinal);
            Assert.Contains("chart [chart of s]", Assert.Single(outputs[2]).Text, StringComparison.Ordinal);
        }
    }
}
