using System.Reflection;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Plots.Tests;

public sealed class HostTests
{
    [Fact]
    public void The_formatter_is_found_by_the_names_that_dotnet_interactive_looks_for()
    {
        var attribute = typeof(Figure).GetCustomAttributes().Single(a => a.GetType().Name == "TypeFormatterSourceAttribute");
        var source = (Type)attribute.GetType().GetProperty("FormatterSourceType")!.GetValue(attribute)!;
        Assert.Equal(["text/html", "image/svg+xml", "text/plain"], (string[])attribute.GetType().GetProperty("PreferredMimeTypes")!.GetValue(attribute)!);
        var formatters = (IEnumerable<object>)source.GetMethod("CreateTypeFormatters")!.Invoke(Activator.CreateInstance(source), null)!;
        foreach (var formatter in formatters)
        {
            using var writer = new StringWriter();
            var figure = Figures.Table("Title", ["i"], [[1]]);
            Assert.Equal(true, formatter.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!.Invoke(formatter, [figure, writer]));
            Assert.Contains("Title", writer.ToString(), StringComparison.Ordinal);
        }
        Assert.Equal(["text/html", "image/svg+xml", "text/plain"], formatters.Select(formatter => formatter.GetType().GetProperty("MimeType")!.GetValue(formatter)));
    }

    [Fact]
    public void The_formatter_of_dotnet_interactive_shows_a_figure_richly()
    {
        var figure = Figures.Table("Title", ["i"], [[1]]);
        Assert.Equal(["text/html", "image/svg+xml", "text/plain"], Formatter.GetPreferredMimeTypesFor(typeof(Figure)));
        Assert.Equal(figure.ToHtml(), figure.ToDisplayString("text/html"));
    }

    [Fact]
    public void Of_plotlys_closure_this_assembly_names_only_what_isolation_hands_over()
    {
        var named = typeof(Figure).Assembly.GetReferencedAssemblies().Select(reference => reference.Name!);
        var closure = Directory.EnumerateFiles(Path.Combine(Kit(), "plotly"), "*.dll").Select(Path.GetFileNameWithoutExtension);
        Assert.All(named.Intersect(closure), name => Assert.True(Hosts.PlotlyIsolation.IsNamedHere(name), name));
    }

    [Fact]
    public void The_kit_has_everything_beside_and_plotly_apart()
    {
        var kit = Kit();
        foreach (var file in (string[])["Diffusion.Plots.dll", "Diffusion.dll", "TorchSharp.dll", "Google.Protobuf.dll", "SkiaSharp.dll", "plotly/Plotly.NET.dll", "plotly/Plotly.NET.CSharp.dll", "plotly/FSharp.Core.dll", "plotly/plotly.min.js"])
        {
            Assert.True(File.Exists(Path.Combine(kit, file)), file);
        }
        Assert.False(File.Exists(Path.Combine(kit, "FSharp.Core.dll")));
        Assert.True(new DirectoryInfo(kit).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) < 60_000_000);
    }

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
