using System.Globalization;

namespace Diffusion.Engine.Tests;

/// <summary>The packages in the hands of someone who has not got this repository.</summary>
public sealed class PackageTests(RestoredTool restored, PackedKit packed) : IClassFixture<PackedKit>
{
    [Fact]
    public async Task A_fresh_notebook_draws_a_chart_of_its_own_first_then_samples_and_figures()
    {
        using var cells = new Cells(
            $"""
            #i "nuget: {packed.Packages}"
            #r "nuget: Diffusion.Plots, {packed.Version}"
            """,
            "Plotly.NET.CSharp.Chart.Line<double, double, string>(new[] { 1.0, 2 }, new[] { 3.0, 4 })",
            """
            var sampler = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Trailing(3));
            Figures.Pictures("digits", sampler.Run(Checkpoints.Load("digits"), Noise.Gaussian([2, 1, 16, 16], seed: 1)).Sample)
            """,
            """Figures.Lines("chart", "x", "y", ("s", new[] { 1.0, 2 }, new[] { 3.0, 4 }))""");

        var (failure, outputs) = await cells.RunAsync(restored.Tool);

        Assert.Null(failure);
        Assert.Equal("text/html", Assert.Single(outputs[1]).Kind);
        Assert.Contains("Plotly.newPlot", outputs[1][0].Text, StringComparison.Ordinal);
        Assert.Contains("digits [2 pictures of 16 × 16 pixels]", Assert.Single(outputs[2]).Text, StringComparison.Ordinal);
        Assert.Contains("chart [chart of s]", Assert.Single(outputs[3]).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fresh_program_samples_and_writes_a_figure()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "program")).FullName;
        File.WriteAllText(Path.Combine(folder, "program.csproj"), $"""
            <Project Sdk="Microsoft.NET.Sdk">
              <PropertyGroup>
                <OutputType>Exe</OutputType>
                <TargetFramework>net10.0</TargetFramework>
                <ImplicitUsings>enable</ImplicitUsings>
                <RestoreAdditionalProjectSources>{packed.Packages}</RestoreAdditionalProjectSources>
              </PropertyGroup>
              <ItemGroup>
                <PackageReference Include="Diffusion.Plots" Version="{packed.Version}" />
              </ItemGroup>
            </Project>
            """);
        File.WriteAllText(Path.Combine(folder, "Program.cs"), """
            using Diffusion;
            using Diffusion.Plots;
            var sampler = Sampler.Strided(NoiseSchedule.Cosine(1000), Stride.Trailing(3));
            var sample = sampler.Run(Checkpoints.Load("digits"), Noise.Gaussian([2, 1, 16, 16], seed: 1)).Sample;
            Figures.Row("both", Figures.Pictures("digits", sample), Figures.Lines("chart", "x", "y", ("s", [1.0, 2], [3.0, 4]))).Save("both.html");
            Console.WriteLine(string.Join(',', sample.shape));
            """);

        var printed = await PackedKit.RunAsync(folder, "dotnet", "run", "-c", "Release");

        Assert.Equal("2,1,16,16", printed.Trim());
        Assert.Contains("digits", File.ReadAllText(Path.Combine(folder, "both.html")), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_tool_installs_and_samples()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "tool")).FullName;
        await PackedKit.RunAsync(folder, "dotnet", "tool", "install", "ddm", "--tool-path", folder, "--version", packed.Version,
            "--add-source", packed.Packages);

        await PackedKit.RunAsync(folder, Path.Combine(folder, "ddm"), "sample", "digits", "--count", "2", "--calls", "2", "-o", "two.png");

        Assert.True(File.Exists(Path.Combine(folder, "two.png")));
    }

    [Fact]
    public async Task A_script_of_one_file_makes_the_pictures_of_the_README()
    {
        var folder = Directory.CreateDirectory(Path.Combine(packed.Folder, "pictures")).FullName;

        await PackedKit.RunAsync(RestoredTool.Repository, "dotnet", "run", "-c", "Release", "notebooks/scripts/pictures.cs", folder);

        foreach (var picture in new[] { "terms.png", "costs.svg", "strides.svg" })
        {
            Assert.Contains($"data/{picture}", File.ReadAllText(Path.Combine(RestoredTool.Repository, "README.md")), StringComparison.Ordinal);
            Assert.InRange(new FileInfo(Path.Combine(folder, picture)).Length, 1000, 100_000);
        }
    }

    [Fact]
    public async Task A_script_of_one_file_finds_the_best_stride()
    {
        var table = await PackedKit.RunAsync(
            RestoredTool.Repository, "dotnet", "run", "-c", "Release", "notebooks/scripts/best-stride.cs", "3", "cosine");

        double Distance(string stride) => double.Parse(
            table.Split('\n').Single(line => line.Trim().StartsWith(stride, StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries)
                .First(word => word.StartsWith("0.", StringComparison.Ordinal)), CultureInfo.InvariantCulture);
        Assert.All(new[] { "trailing", "quadratic", "karras", "best by trajectory" }, named =>
            Assert.InRange(Distance("best by outcome"), 0.01, Distance(named)));
    }
}
