using System.Diagnostics;
using System.Globalization;
using System.Text.Json;

namespace Diffusion.Lab.Tests;

/// <summary>What leaves the page does elsewhere what it did there.</summary>
public sealed class TakeAlongTests(RunningLab lab)
{
    public static TheoryData<string> States { get; } =
    [
        "stride=quadratic5&count=40",
        "stride=custom:3,90,400&schedule=logsnr:9,2,-1,-9&rule=ddim:0.5&clip=1.5&count=40&seed=3",
        "modes=1:0.5:0.2:1;-1:-0.5:0.3:2&schedule=cosine&rule=ddpm:large&count=40",
        "data=spiral&rule=heun&stride=trailing4&count=40",
    ];

    [Theory]
    [MemberData(nameof(States))]
    public async Task The_command_traces_the_same_points(string state)
    {
        using var folder = new TemporaryFolder();
        JsonElement take = await lab.TakeAsync(state);
        await File.WriteAllTextAsync(folder.File("choice.json"), take.GetProperty("input").GetString(), TestContext.Current.CancellationToken);
        await Ddm(folder, take.GetProperty("command").GetString()!);

        var events = await lab.EventsAsync($"api/answer?{state}");
        JsonElement steps = events.Single(e => e.Name == "walk").Values.GetProperty("steps");
        using JsonDocument traced = JsonDocument.Parse(await File.ReadAllTextAsync(folder.File("steps.json"), TestContext.Current.CancellationToken));
        JsonElement[] told = [.. traced.RootElement.GetProperty("steps").EnumerateArray()];
        Assert.Equal(
            steps.EnumerateArray().Select(step => (step.GetProperty("t").GetInt32(), step.GetProperty("s").GetInt32())),
            told.Select(step => (step.GetProperty("t").GetInt32(), step.GetProperty("tPrev").GetInt32())));

        // Of three points a random rule draws other noise than of many; the first step's estimate comes before any.
        Assert.All(
            steps[0].GetProperty("estimate").EnumerateArray().Zip(told[0].GetProperty("estimatedSample")[0].EnumerateArray()),
            pair => Assert.Equal(pair.First.GetDouble(), pair.Second.GetDouble(), 1e-9));
    }

    [Theory]
    [MemberData(nameof(States))]
    public async Task The_cell_measures_the_same_distance(string state)
    {
        using var folder = new TemporaryFolder();
        JsonElement take = await lab.TakeAsync(state);
        string cell = take.GetProperty("cell").GetString()!
            + "\nConsole.WriteLine(SlicedWasserstein.Distance(samples, truth).ToString(\"R\", System.Globalization.CultureInfo.InvariantCulture));";
        string kit = Path.Combine(RepositoryRoot(), "artifacts", "kit", "kit.csx");
        await File.WriteAllTextAsync(folder.File("cell.ipynb"), JsonSerializer.Serialize(new
        {
            nbformat = 4,
            nbformat_minor = 5,
            metadata = new { kernelspec = new { name = ".net-csharp", language = "C#", display_name = ".NET (C#)" } },
            cells = new[] { $"#!import {kit}", cell }.Select((source, i) => new
            {
                cell_type = "code",
                id = $"c{i}",
                metadata = new { },
                source,
                outputs = Array.Empty<object>(),
                execution_count = (int?)null,
            }),
        }), TestContext.Current.CancellationToken);
        await Ddm(folder, "ddm run cell.ipynb -o done.ipynb");

        string done = await File.ReadAllTextAsync(folder.File("done.ipynb"), TestContext.Current.CancellationToken);
        double shown = (await lab.EventsAsync($"api/answer?{state}")).Single(e => e.Name == "distance").Values.GetProperty("b").GetDouble();
        Assert.Contains(shown.ToString("R", CultureInfo.InvariantCulture), done, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_network_s_command_draws_its_pictures()
    {
        using var folder = new TemporaryFolder();
        JsonElement take = await lab.TakeAsync("data=digits&stride=trailing2&count=3&seed=5&guidance=2");
        await Ddm(folder, take.GetProperty("command").GetString() + " --out drawn.png");
        Assert.True(File.Exists(folder.File("drawn.png")));
        Assert.Equal("", take.GetProperty("entry").GetString());
    }

    [Fact]
    public async Task Only_what_notebook_9_can_enter_is_an_entry()
    {
        Assert.Equal("Enter(Kit(NoiseSchedule.Parse(\"cosine\", 500), \"trailing5\", \"ddim:0.5\"))",
            (await lab.TakeAsync("schedule=cosine&T=500&stride=trailing5&rule=ddim:0.5")).GetProperty("entry").GetString());
        Assert.Equal("", (await lab.TakeAsync("data=spiral")).GetProperty("entry").GetString());
        Assert.Equal("", (await lab.TakeAsync("clip=1")).GetProperty("entry").GetString());
    }

    private static async Task Ddm(TemporaryFolder folder, string command)
    {
        Assert.StartsWith("ddm ", command, StringComparison.Ordinal);
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), .. command["ddm ".Length..].Split(' ')])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> error = process.StandardError.ReadToEndAsync(), output = process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error + await output);
    }

    private static string RepositoryRoot()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Diffusion.Notebooks.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
