using System.Diagnostics;

namespace Diffusion.Cli.Tests;

public sealed class TrainVerbTests : IDisposable
{
    private const int Steps = 400, Every = 20;

    private static readonly string[] s_small =
    [
        "--data", "two-moons", "--count", "200", "--base", "8", "--blocks", "1", "--batch", "8",
    ];

    private static readonly string[] s_plan = ["--steps", $"{Steps}", "--every", $"{Every}"];

    private readonly string folder = Directory.CreateTempSubdirectory("ddm-train-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Killed_at_ten_moments_a_training_loses_at_most_an_interval_and_ends_as_one_that_was_left_alone()
    {
        string whole = Path.Combine(folder, "whole.safetensors"), killed = Path.Combine(folder, "killed.safetensors");
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, (await Ddm.RunAsync(["train", .. s_small, .. s_plan, "--out", whole])).ExitCode);
        TimeSpan run = clock.Elapsed;
        var random = new Random(20231119);
        int reported = 0;
        for (int kill = 0; kill < 10; kill++)
        {
            string[] begin = File.Exists(killed) ? ["--resume", "--every", $"{Every}"] : [.. s_small[4..], .. s_plan];
            reported = Math.Max(reported, await KilledAfter(run * random.NextDouble(), ["train", .. s_small[..4], .. begin, "--out", killed]));

            // What was reported as saved is there, whole, and nothing else is.
            Assert.True(reported == 0 || File.Exists(killed));
            if (File.Exists(killed))
            {
                DenoisingNetwork.Load(killed).Dispose();
                using DataSet points = DataSet.Open("two-moons", count: 200);
                var (training, heldOut) = points.Divide();
                using (training)
                using (heldOut)
                using (Trainer trainer = Trainer.Resume(killed, training.Samples))
                {
                    Assert.True(trainer.Step >= reported && trainer.Step % Every == 0, $"step {trainer.Step} after {reported} was reported");
                }
            }
        }

        string[] rest = File.Exists(killed) ? ["--resume", "--every", $"{Every}"] : [.. s_small[4..], .. s_plan];
        Assert.Equal(0, (await Ddm.RunAsync(["train", .. s_small[..4], .. rest, "--out", killed])).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(whole, TestContext.Current.CancellationToken), await File.ReadAllBytesAsync(killed, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task The_averaged_weights_and_a_preview_are_written_for_pictures_of_known_classes()
    {
        string state = Path.Combine(folder, "state.safetensors"), weights = Path.Combine(folder, "weights.safetensors"), preview = Path.Combine(folder, "preview.png");

        var run = await Ddm.RunAsync("train", "--data", "digits8", "--base", "8", "--multipliers", "1", "--attention", "none", "--steps", "3", "--batch", "4", "--every", "2",
            "--out", state, "--weights", weights, "--preview", preview);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(["update 2:", "update 3:"], run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)[1..].Select(line => line[..9]));
        using DenoisingNetwork average = DenoisingNetwork.Load(state), alone = DenoisingNetwork.Load(weights);
        Assert.Equal((10, average.ParameterCount), (alone.Classes, alone.ParameterCount));
        Assert.True(new FileInfo(weights).Length < 5 * alone.ParameterCount);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(preview, TestContext.Current.CancellationToken))[..4]);
    }

    [Theory]
    [InlineData("--data rings", "data", "rings", "spiral")]
    [InlineData("--steps 0", "Steps", "0", "1 to")]
    [InlineData("--steps many", "--steps", "many", "")]
    [InlineData("--learning-rate -1", "LearningRate", "-1", "above 0")]
    [InlineData("--levels sine", "levels", "sine", "cosine")]
    [InlineData("--target x", "--target", "x", "velocity, noise or sample")]
    [InlineData("--compute half", "--compute", "half", "bfloat16")]
    [InlineData("--every 0", "--every", "0", "1 or more")]
    [InlineData("--base 0", "Width", "0", "1 to 4096")]
    [InlineData("--preview x.jpg", "--preview", "x.jpg", ".png")]
    public async Task Bad_options_are_refused_in_one_line_and_no_file_is_written(string options, string named, string got, string takes)
    {
        string state = Path.Combine(folder, "state.safetensors");
        var line = new Dictionary<string, string> { ["--data"] = "two-moons", ["--count"] = "50", ["--out"] = state };
        string[] given = options.Split(' ');
        line[given[0]] = given[1];

        Ddm.AssertRefused(await Ddm.RunAsync(["train", .. line.SelectMany(option => new[] { option.Key, option.Value })]), named, got, takes);

        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task A_checkpoint_is_neither_overwritten_nor_resumed_with_other_options_or_other_data()
    {
        string state = Path.Combine(folder, "state.safetensors");
        string[] line = ["train", .. s_small[..4], "--out", state];
        Assert.Equal(0, (await Ddm.RunAsync([.. line, .. s_small[4..], "--steps", "2"])).ExitCode);
        byte[] before = await File.ReadAllBytesAsync(state, TestContext.Current.CancellationToken);

        Ddm.AssertRefused(await Ddm.RunAsync(line), "--out", "exists", "--resume");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--resume", "--steps", "9"]), "--steps", "--resume", "the checkpoint says");
        Ddm.AssertRefused(await Ddm.RunAsync("train", "--data", "spiral", "--count", "200", "--out", state, "--resume"), "samples", "other data", state);
        Ddm.AssertRefused(await Ddm.RunAsync("train", "--data", "spiral", "--out", Path.Combine(folder, "absent"), "--resume"), "absent", "no such file");

        await File.WriteAllBytesAsync(state, before[..^9], TestContext.Current.CancellationToken);
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--resume"]), state);
    }

    /// <summary>Starts a training, kills it, and tells the last update that it reported as saved.</summary>
    private static async Task<int> KilledAfter(TimeSpan time, string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        Task<string> error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await Task.Delay(time, TestContext.Current.CancellationToken);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.Empty(await error);
        string[] saved = [.. (await output).Split('\n').Where(line => line.StartsWith("update ", StringComparison.Ordinal) && line.Contains(':'))];
        return saved.Length == 0 ? 0 : int.Parse(saved[^1].Split(' ', ':')[1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
