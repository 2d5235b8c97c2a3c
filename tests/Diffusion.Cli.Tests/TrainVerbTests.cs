using System.Diagnostics;
using System.Globalization;

namespace Diffusion.Cli.Tests;

public sealed class TrainVerbTests : IDisposable
{
    private const int Steps = 400, Every = 20;

    private static readonly string[] Small =
    [
        "--data", "two-moons", "--count", "200", "--base", "8", "--blocks", "1", "--batch", "8",
    ];

    private static readonly string[] Plan = ["--steps", $"{Steps}", "--every", $"{Every}"];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private readonly string folder = Directory.CreateTempSubdirectory("ddm-train-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Killed_at_ten_moments_a_training_loses_at_most_an_interval_and_ends_as_one_that_was_left_alone()
    {
        string whole = Path.Combine(folder, "whole.safetensors"), killed = Path.Combine(folder, "killed.safetensors");
        var clock = Stopwatch.StartNew();
        Assert.Equal(0, (await Ddm.RunAsync(["train", .. Small, .. Plan, "--out", whole])).ExitCode);
        TimeSpan run = clock.Elapsed;
        var random = new Random(20231119);
        int reported = 0;
        for (int kill = 0; kill < 10; kill++)
        {
            string[] begin = File.Exists(killed) ? ["--resume", "--every", $"{Every}"] : [.. Small[4..], .. Plan];
            string[] line = ["train", .. Small[..4], .. begin, "--out", killed];
            reported = Math.Max(reported, await KilledAfter(run * random.NextDouble(), line));

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
                    Assert.Equal(0, trainer.Step % Every);
                    Assert.True(trainer.Step >= reported, $"step {trainer.Step} after {reported} was reported");
                }
            }
        }

        string[] rest = File.Exists(killed) ? ["--resume", "--every", $"{Every}"] : [.. Small[4..], .. Plan];
        Assert.Equal(0, (await Ddm.RunAsync(["train", .. Small[..4], .. rest, "--out", killed])).ExitCode);
        Assert.Equal(await File.ReadAllBytesAsync(whole, Stop), await File.ReadAllBytesAsync(killed, Stop));
    }

    [Fact]
    public async Task The_averaged_weights_and_a_preview_are_written_for_pictures_of_known_classes()
    {
        string state = Path.Combine(folder, "state.safetensors"), weights = Path.Combine(folder, "weights.safetensors");
        string preview = Path.Combine(folder, "preview.png");

        var run = await Ddm.RunAsync("train", "--data", "digits8", "--base", "8", "--multipliers", "1", "--attention", "none",
            "--steps", "3", "--batch", "4", "--every", "2", "--out", state, "--weights", weights, "--preview", preview);

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        string[] lines = run.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(["All 3 upd", "update 2:", "update 3:", state[..9]], lines[1..].Select(line => line[..9]));
        using DenoisingNetwork average = DenoisingNetwork.Load(state), alone = DenoisingNetwork.Load(weights);
        Assert.Equal((10, average.ParameterCount), (alone.Classes, alone.ParameterCount));
        Assert.True(new FileInfo(weights).Length < 5 * alone.ParameterCount);
        Assert.Equal([0x89, (byte)'P', (byte)'N', (byte)'G'], (await File.ReadAllBytesAsync(preview, Stop))[..4]);
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

        Ddm.AssertRefused(await Ddm.RunAsync(["train", .. line.With(options)]), named, got, takes);

        Assert.False(File.Exists(state));
    }

    [Fact]
    public async Task A_checkpoint_is_neither_overwritten_nor_resumed_with_other_options_or_other_data()
    {
        string state = Path.Combine(folder, "state.safetensors");
        string[] line = ["train", .. Small[..4], "--out", state];
        Assert.Equal(0, (await Ddm.RunAsync([.. line, .. Small[4..], "--steps", "2"])).ExitCode);
        byte[] before = await File.ReadAllBytesAsync(state, Stop);

        Ddm.AssertRefused(await Ddm.RunAsync(line), "--out", "exists", "--resume");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--resume", "--batch", "9"]), "--batch", "--resume", "the checkpoint says");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--resume", "--from", "digits"]), "--from", "--resume", "the checkpoint says");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--resume", "--steps", "1"]), "steps: got 1", "2 or more");
        string[] other = ["train", "--data", "spiral", "--count", "200", "--resume"];
        Ddm.AssertRefused(await Ddm.RunAsync([.. other, "--out", state]), "samples", "other data", state);
        Ddm.AssertRefused(await Ddm.RunAsync([.. other, "--out", Path.Combine(folder, "absent")]), "absent", "no such file");

        await File.WriteAllBytesAsync(state, before[..^9], Stop);
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--resume"]), state);
    }

    [Fact]
    public async Task A_finished_training_says_so_and_goes_on_to_a_later_end()
    {
        string state = Path.Combine(folder, "state.safetensors");
        string[] line = ["train", .. Small[..4], "--out", state];
        Assert.Equal(0, (await Ddm.RunAsync([.. line, .. Small[4..], "--steps", "3"])).ExitCode);

        var finished = await Ddm.RunAsync([.. line, "--resume"]);
        Assert.Equal(0, finished.ExitCode);
        Assert.Equal($"{state}: finished, after 3 updates; --resume with more --steps goes on.\n", finished.Output);

        var longer = await Ddm.RunAsync([.. line, "--resume", "--steps", "5"]);
        Assert.Equal((0, ""), (longer.ExitCode, longer.Error));
        Assert.Contains("updates 4 to 5", longer.Output, StringComparison.Ordinal);
        Assert.Contains("finished, after 5 updates", (await Ddm.RunAsync([.. line, "--resume"])).Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Given_weights_are_where_a_training_on_other_data_starts()
    {
        string first = Path.Combine(folder, "first"), second = Path.Combine(folder, "second"), weights = Path.Combine(folder, "w.safetensors");
        Assert.Equal(0, (await Ddm.RunAsync(["train", .. Small, "--steps", "2", "--out", first])).ExitCode);
        string[] line = ["train", "--data", "spiral", "--count", "200", "--batch", "8", "--steps", "1", "--learning-rate", "1e-12", "--warm-up", "0"];

        var run = await Ddm.RunAsync([.. line, "--from", first, "--out", second, "--average", "0"]);

        // An update of almost nothing: what comes out is the average that the first training ended with.
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        using DenoisingNetwork before = DenoisingNetwork.Load(first), after = DenoisingNetwork.Load(second);
        Assert.All(before.parameters().Zip(after.parameters()), pair => Numbers.AssertNear(pair.First, pair.Second, 1e-6, "weights"));

        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--from", "digits", "--out", weights]), "--data", "samples of 2", "1×16×16");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--from", first, "--base", "9", "--out", weights]), "--base", "--from", "the checkpoint");
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--from", "absent", "--out", weights]), "checkpoint", "absent", "digits");
    }

    [Fact]
    public async Task Pictures_are_read_as_the_network_takes_them_unless_the_options_say_otherwise()
    {
        string pictures = Path.Combine(folder, "own"), first = Path.Combine(folder, "first.safetensors"), second = Path.Combine(folder, "second");
        using (DataSet flowers = DataSet.Open("flowers", count: 4))
        {
            for (int i = 0; i < 4; i++)
            {
                PictureGrid.Save(Path.Combine(pictures, $"{i}.png"), flowers.Samples.narrow(0, i, 1), columns: 1);
            }
        }

        using (var grey = new UNet(new() { Channels = 1, Size = 8, BaseChannels = 8, Multipliers = [1], Heads = 1 }, seed: 1))
        {
            grey.Save(first);
        }

        string[] line = ["train", "--data", $"folder:{pictures}", "--out", second];
        Ddm.AssertRefused(await Ddm.RunAsync([.. line, "--from", first, "--side", "16"]), "--data", "samples of 1×16×16", "1×8×8");

        var begun = await Ddm.RunAsync([.. line, "--from", first, "--steps", "1"]);
        Assert.Equal((0, ""), (begun.ExitCode, begun.Error));
        Assert.EndsWith($"{second}: finished, after 1 updates; `ddm sample {second}` draws from it.\n", begun.Output, StringComparison.Ordinal);
        var longer = await Ddm.RunAsync([.. line, "--resume", "--steps", "2"]);
        Assert.Equal((0, ""), (longer.ExitCode, longer.Error));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public async Task One_interrupt_ends_in_order_and_a_second_at_once(int interrupts)
    {
        if (OperatingSystem.IsWindows())
        {
            return;
        }

        string state = Path.Combine(folder, "state.safetensors");
        using Process process = Ddm.Start("train", "--data", "digits", "--steps", "3000", "--out", state);
        Assert.Contains("updates 1 to 3000", await process.StandardOutput.ReadLineAsync(Stop), StringComparison.Ordinal);
        for (int sent = 0; sent < interrupts; sent++)
        {
            using Process kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
            await kill.WaitForExitAsync(Stop);
        }

        string error = await process.StandardError.ReadToEndAsync(Stop);
        await process.WaitForExitAsync(Stop);
        Assert.Equal(130, process.ExitCode);
        if (interrupts == 1)
        {
            Assert.Matches("^ddm: stopped after update [0-9]+; --resume goes on from [^\n]*\n$", error);
            DenoisingNetwork.Load(state).Dispose();
        }

        Assert.DoesNotContain("   at ", error, StringComparison.Ordinal);
    }

    /// <summary>Starts a training, kills it, and tells the last update that it reported as saved.</summary>
    private static async Task<int> KilledAfter(TimeSpan time, string[] arguments)
    {
        using Process process = Ddm.Start(arguments);
        Task<string> output = process.StandardOutput.ReadToEndAsync(Stop);
        Task<string> error = process.StandardError.ReadToEndAsync(Stop);
        await Task.Delay(time, Stop);
        process.Kill(entireProcessTree: true);
        await process.WaitForExitAsync(Stop);
        Assert.Empty(await error);
        string? saved = (await output).Split('\n')
            .LastOrDefault(line => line.StartsWith("update ", StringComparison.Ordinal) && line.Contains(':'));
        return saved is null ? 0 : int.Parse(saved.Split(' ', ':')[1], CultureInfo.InvariantCulture);
    }
}
