using System.Diagnostics;
using System.Text.Json;
using Diffusion.Tests;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;

namespace Diffusion.Lab.Tests;

/// <summary>What is taken along runs as it stands, to the numbers of the page.</summary>
public class TakeAlongTests(Asking lab)
{
    // What notebooks begin with, from setup.csx.
    private static readonly ScriptOptions Kit = ScriptOptions.Default
        .AddReferences(AppDomain.CurrentDomain.GetAssemblies().Where(assembly => !assembly.IsDynamic && assembly.Location.Length > 0))
        .AddReferences(typeof(Plots.Figures).Assembly)
        .AddImports(
            "System", "System.Linq", "System.Collections.Generic", "Diffusion.Runtime", "Diffusion", "Diffusion.Data", "Diffusion.Evaluation",
            "Diffusion.Plots", "TorchSharp", "TorchSharp.torch");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("stride=quadratic5")]
    [InlineData("stride=custom:100,500,1000&rule=ddim&eta=0.5&clip=2&seed=3&schedule=cosine")]
    [InlineData("data=two-moons&schedule=logsnr:9,2.5,-9&rule=ddpm:0.5&clip=none")]
    [InlineData("modes=1:0.5:0.25:3;-1:0:0.125:1&rule=heun")]
    public async Task The_cell_gives_the_pages_distance(string query)
    {
        Answered answer = await lab.AnswerAsync([.. Pairs(query), ("count", "100")]);

        double distance = await CSharpScript.EvaluateAsync<double>(
            answer.Take("csharp") + ";\nreturn distances.Average();", Kit, cancellationToken: Cancellation);

        Numbers.AssertNear(answer.Distance, distance, 1e-12, query);
    }

    [Theory]
    [InlineData("data=digits&stride=trailing2&schedule=cosine&seed=2")]
    [InlineData("data=digits&stride=trailing2&rule=ddpm&class=7&guidance=2&clip=1.5")]
    public async Task The_cell_of_a_network_gives_the_pages_distance(string query)
    {
        Answered answer = await lab.AnswerAsync([.. Pairs(query), ("count", "3")]);

        float distance = await CSharpScript.EvaluateAsync<float>(
            answer.Take("csharp") + ";\nreturn (float)distance;", Kit, cancellationToken: Cancellation);

        Assert.Equal($"{answer.Distance:F4}", $"{distance:F4}");
    }

    [Theory]
    [InlineData("stride=quadratic5")]
    [InlineData("stride=10,15,20&eta=0.7&schedule=logsnr:9,2.5,-9&follow=5")]
    [InlineData("stride=trailing4&rule=ddpm:large&data=two-moons&clip=3")]
    [InlineData("stride=trailing4&rule=ddpm&follow=99,0,50")]
    [InlineData("stride=karras6:3&rule=dpm++2m&modes=1:0.5:0.25:3;-1:0:0.125:1")]
    public async Task The_command_traces_the_followed_points_to_where_the_page_has_them(string query)
    {
        Answered answer = await lab.AnswerAsync([.. Pairs(query), ("count", "100")]);
        using var folder = new TemporaryFolder();

        Assert.Equal((0, ""), await ShellAsync(folder, answer.Take("command")!));

        using JsonDocument trace = JsonDocument.Parse(File.ReadAllText(folder.File("steps.json")));
        JsonElement[] steps = [.. trace.RootElement.GetProperty("steps").EnumerateArray()];
        double[][] ends = steps[^1].GetProperty("next").Deserialize<double[][]>()!;
        float[] path = Asking.Floats(answer.Walked.GetProperty("path").GetProperty("x"));
        int followed = answer.Walked.GetProperty("path").GetProperty("follow").GetArrayLength();
        Assert.Equal(answer.Walked.GetProperty("terms").GetArrayLength(), steps.Length);
        float[] shown = path[^(2 * followed)..];
        for (int i = 0; i < ends.Length; i++)
        {
            Numbers.AssertNear(shown[2 * i], ends[i][0], 1e-6, $"{query}: x of {i}");
            Numbers.AssertNear(shown[2 * i + 1], ends[i][1], 1e-6, $"{query}: y of {i}");
        }
    }

    [Theory]
    [InlineData("stride=trailing2&schedule=logsnr:9,2.5,-9")]
    [InlineData("stride=custom:500,1000&rule=ddim&eta=1&class=7&guidance=2&clip=none&seed=4&T=1000")]
    public async Task The_command_of_digits_draws_the_pages_pictures(string query)
    {
        Answered answer = await lab.AnswerAsync([.. Pairs(query), ("data", "digits"), ("count", "3")]);
        using var folder = new TemporaryFolder();

        Assert.Equal((0, ""), await ShellAsync(folder, answer.Take("command")!));

        string png = answer.Walked.GetProperty("samples").GetString()!;
        using var page = SkiaSharp.SKBitmap.Decode(Convert.FromBase64String(png["data:image/png;base64,".Length..]));
        using var file = SkiaSharp.SKBitmap.Decode(folder.File("samples.png"));
        int scale = file.Height / page.Height;
        Assert.Equal((page.Width * scale, page.Height * scale), (file.Width, file.Height));
        for (int x = 0; x < page.Width; x++)
        {
            if (x % 17 < 16)
            {
                Assert.Equal(page.GetPixel(x, 5), file.GetPixel(x * scale, 5 * scale));
            }
        }
    }

    [Fact]
    public async Task The_entry_is_one_of_notebook_9s_board_and_only_where_its_course_was_run()
    {
        Answered here = await lab.AnswerAsync(("count", "200"), ("stride", "trailing4"), ("rule", "heun"));

        var board = JsonSerializer.Deserialize<Dictionary<string, Dictionary<string, double[]>>>(here.Take("leaderboard")!)!;
        var (boardName, entries) = Assert.Single(board);
        var (name, distances) = Assert.Single(entries);
        Assert.Equal("three clusters, 7 calls, 200 samples", boardName);
        Assert.Equal("trailing4 linear heun", name);
        Assert.Equal(5, distances.Length);
        Numbers.AssertNear(here.Distance, distances.Average(), 1e-14, "distance");
        Assert.Null((await lab.AnswerAsync(("count", "200"), ("seed", "2"))).Take("leaderboard"));
        Assert.Null((await lab.AnswerAsync(("count", "200"), ("data", "grid25"))).Take("leaderboard"));
    }

    private static (string, string)[] Pairs(string query) => [.. query.Split('&').Select(pair => pair.Split('=', 2)).Select(pair => (pair[0], pair[1]))];

    /// <summary>Runs a command in a shell where ddm is the one that was built here.</summary>
    private static async Task<(int ExitCode, string Error)> ShellAsync(TemporaryFolder folder, string command)
    {
        string ddm = Path.Combine(AppContext.BaseDirectory, "ddm.dll");
        using Process shell = Process.Start(new ProcessStartInfo("sh", ["-c", $"ddm() {{ dotnet '{ddm}' \"$@\"; }}\n{command}"])
        {
            WorkingDirectory = folder.Path,
            RedirectStandardError = true,
        })!;
        string error = await shell.StandardError.ReadToEndAsync(Cancellation);
        await shell.WaitForExitAsync(Cancellation);
        return (shell.ExitCode, error);
    }
}
