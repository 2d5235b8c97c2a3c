using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Plots.Tests;

public sealed class HostTests
{
    [Fact]
    public void The_formatter_of_dotnet_interactive_shows_a_figure_richly()
    {
        var figure = Figures.Table("Title", ["i"], [[1]]);
        Assert.Equal(["text/html", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(Figure)));
        Assert.Equal(figure.ToHtml(), figure.ToDisplayString("text/html"));
        Assert.Equal(figure.ToString(), figure.ToDisplayString("text/plain"));
    }

    [Fact]
    public void Of_plotlys_closure_this_assembly_names_only_what_cells_name()
    {
        var named = typeof(Figure).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);
        var closure = Directory.EnumerateFiles(Path.Combine(Kit(), "plotly"), "*.dll").Select(Path.GetFileNameWithoutExtension);
        Assert.All(named.Intersect(closure), name => Assert.True(Hosts.PlotlyIsolation.IsNamedInCells(name), name));
    }

    [Theory]
    [InlineData("Diffusion.Plots.dll")]
    [InlineData("Diffusion.dll")]
    [InlineData("TorchSharp.dll")]
    [InlineData("Google.Protobuf.dll")]
    [InlineData("SkiaSharp.dll")]
    [InlineData("plotly/Plotly.NET.dll")]
    [InlineData("plotly/Plotly.NET.CSharp.dll")]
    [InlineData("plotly/FSharp.Core.dll")]
    [InlineData("plotly/plotly.min.js")]
    public void The_kit_has_everything_beside_and_plotly_apart(string file) => Assert.True(File.Exists(Path.Combine(Kit(), file)));

    [Theory]
    [InlineData("FSharp.Core.dll")]
    [InlineData("Microsoft.*.dll")]
    [InlineData("System.*.dll")]
    public void The_kit_brings_nothing_beside_that_is_an_engines_own(string file) => Assert.Empty(Directory.EnumerateFiles(Kit(), file));

    [Fact]
    public void The_kit_stays_below_60_MB() =>
        Assert.True(new DirectoryInfo(Kit()).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) < 60_000_000);

    internal static string Kit()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Diffusion.Notebooks.sln")))
        {
            folder = folder.Parent!;
        }
        return Path.Combine(folder.FullName, "artifacts", "kit");
    }
}
