namespace Diffusion.Cli.Tests;

/// <summary>Every kind of input that no verb can use ends in one line and exit code 2, and before the work that it would cost.</summary>
public sealed class RefusalTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("ddm-refusals-").FullName;

    public RefusalTests()
    {
        using var network = new PointMlp(new PointMlpConfig { Width = 8, Blocks = 1, Target = PredictionTarget.Noise }, seed: 3);
        network.Save(Path.Combine(folder, "noise.safetensors"));
        using var pictures = new UNet(
            new UNetConfig { Channels = 1, Size = 8, BaseChannels = 8, Multipliers = [1], Heads = 1, Target = PredictionTarget.Noise }, seed: 3);
        pictures.Save(Path.Combine(folder, "pictures.safetensors"));
        Directory.CreateDirectory(Path.Combine(folder, "folder.ipynb"));
        File.WriteAllText(Path.Combine(folder, "none.ipynb"), """
            {"cells":[{"cell_type":"code","execution_count":null,"metadata":{},"outputs":[],"source":"System.IO.File.WriteAllText(\"ran\", \"\");"}],
             "metadata":{},"nbformat":4,"nbformat_minor":2}
            """);
        File.WriteAllText(Path.Combine(folder, "extreme.json"), """{"weights":[1],"means":[[1e308]],"stds":[1e308]}""");
        File.WriteAllText(Path.Combine(folder, "point.json"), """{"weights":[1],"means":[[1]],"stds":[0]}""");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [InlineData("sample pictures.safetensors --schedule linear-zero-snr --stride trailing5 --out x.png")]
    [InlineData("evaluate noise.safetensors --data spiral --count 100 --schedule linear-zero-snr --stride trailing --calls 2")]
    [InlineData("stride --optimize trajectory --network noise.safetensors --data spiral --count 100 --schedule linear-zero-snr --K 3")]
    [InlineData("compare --network noise.safetensors --data spiral --count 100 --schedules linear-zero-snr --strides trailing --calls 3 --out c")]
    public async Task A_noise_network_where_nothing_but_noise_is_left(string line)
    {
        var run = await RunAsync(line.Split(' '));
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("ddm: denoiser: got one that predicts noise at ᾱ = 0", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--out", "sample", "--out", "")]
    [InlineData("--out", "train", "--data", "spiral", "--out", "")]
    [InlineData("--weights", "train", "--data", "spiral", "--out", "a", "--weights", "")]
    [InlineData("--out", "compare", "--out", "")]
    [InlineData("run", "run", "")]
    [InlineData("first argument", "")]
    public async Task An_empty_text(string named, params string[] line) =>
        Ddm.AssertRefused(await RunAsync(line), named, "an empty text", "a value");

    [Theory]
    [InlineData("sample --count 1.5", "--count", "1.5", "a whole number")]
    [InlineData("sample --seed 99999999999", "--seed", "99999999999", "a whole number up to 2147483647")]
    [InlineData("sample --guidance much", "--guidance", "much", "a number")]
    [InlineData("sample --guidance 0,5", "--guidance", "0,5", "a number")]
    [InlineData("data spiral --count @/dev/zero", "--count", "@/dev/zero", "a whole number")]
    public async Task A_text_where_a_number_belongs(string line, string named, string got, string takes) =>
        Ddm.AssertRefused(await RunAsync(line.Split(' ')), named, $"got {got}", takes);

    [Theory]
    [InlineData("train --data flowers --out .", "--out", "a folder")]
    [InlineData("train --data flowers --out extreme.json/a", "--out", "which is no folder")]
    [InlineData("train --data flowers --out a --weights new/", "--weights", "a folder")]
    [InlineData("train --data flowers --out a --preview /proc/a.png", "--preview", "nothing can be written")]
    [InlineData("sample --count 4096 --out /proc/a.png", "--out", "nothing can be written")]
    [InlineData("evaluate digits --data digits --out /proc/a.csv", "--out", "nothing can be written")]
    [InlineData("compare --out extreme.json", "--out", "which is no folder")]
    [InlineData("data flowers --export /proc/a.csv", "--export", "nothing can be written")]
    [InlineData("trace --input point.json --output .", "--output", "a folder")]
    [InlineData("run none.ipynb --output folder.ipynb", "--output", "a folder")]
    [InlineData("run none.ipynb --output /proc/x", "--output", "nothing can be written")]
    [InlineData("book none.ipynb --output /proc/x", "--output", "nothing can be written")]
    [InlineData("book none.ipynb --output extreme.json", "--output", "which is no folder")]
    public async Task An_output_that_cannot_be_written_before_the_work(string line, string named, string got)
    {
        string[] before = Directory.GetFileSystemEntries(folder);
        if (OperatingSystem.IsLinux() || !line.Contains("/proc", StringComparison.Ordinal))
        {
            Ddm.AssertRefused(await RunAsync(line.Split(' ')), named, got);
        }

        Assert.Equal(before, Directory.GetFileSystemEntries(folder));
    }

    [Fact]
    public async Task A_name_that_no_file_can_have() =>
        Ddm.AssertRefused(await RunAsync("sample", "--out", new string('a', 252) + ".png"), "--out", "256 bytes", "255 bytes");

    [Theory]
    [InlineData("evaluate noise.safetensors --data spiral --count 100 --sets 1000000000", "sets", "1000000000", "1 to 1000")]
    [InlineData("evaluate noise.safetensors --data spiral --count 3", "--data", "1 held-out", "at least 20 samples")]
    [InlineData("train --data spiral --out a --blocks 0", "Blocks", "0", "1 to 64")]
    [InlineData("train --data digits8 --out a --base 4096", "network", "more parameters than the memory", "a smaller width")]
    [InlineData("stride --optimize trajectory --T 1000000", "T", "1000000 timesteps, which take", "of memory here")]
    [InlineData("stride --optimize likelihood --K 1", "K", "1", "allows a stride")]
    [InlineData("stride --optimize likelihood --schedule linear-zero-snr --K 1", "K", "1", "allows a stride")]
    [InlineData("stride --optimize outcome --T 30 --K 31", "K", "31", "1..30")]
    public async Task A_number_beyond_what_data_memory_or_the_mathematics_allow(string line, string named, string got, string takes) =>
        Ddm.AssertRefused(await RunAsync(line.Split(' ')), named, got, takes);

    [Fact]
    public async Task A_stride_that_no_search_of_a_comparison_can_find()
    {
        var run = await RunAsync("compare", "--calls", "1", "--strides", "likelihood", "--out", "c");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("\nddm: K: got 1; takes a number of timesteps for which Likelihood allows a stride", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Edges_of_a_search_that_the_mathematics_allows_are_found()
    {
        foreach (string line in new[] { "--optimize outcome --T 40 --K 1", "--optimize outcome --T 30 --K 30", "--optimize likelihood --T 30 --K 30" })
        {
            var run = await RunAsync(["stride", .. line.Split(' '), "--schedule", "cosine"]);
            Assert.Equal((0, ""), (run.ExitCode, run.Error));
        }
    }

    [Theory]
    [InlineData("extreme.json")]
    [InlineData("point.json")]
    public async Task Numbers_that_overflow_on_the_way(string mixture)
    {
        var run = await RunAsync(
            "compare", "--mixture", mixture, "--calls", "3", "--strides", "uniform", "--samples", "20", "--seeds", "2", "--out", "c");
        Assert.Equal((2, ""), (run.ExitCode, run.Output));
        Assert.Contains("ddm: subject: got numbers whose score", run.Error, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("trace --input /dev/zero --output o.json", "--input")]
    [InlineData("stride --optimize likelihood --mixture /dev/zero", "--mixture")]
    [InlineData("sample /dev/zero", "/dev/zero")]
    [InlineData("data idx:/dev/zero", "/dev/zero")]
    public async Task An_input_without_an_end(string line, string named)
    {
        if (OperatingSystem.IsLinux())
        {
            Ddm.AssertRefused(await RunAsync(line.Split(' ')), named, "/dev/zero");
        }
    }

    [Theory]
    [InlineData("sample pipe", "a safetensors file")]
    [InlineData("data idx:pipe", "IDX")]
    public async Task A_pipe_where_the_length_has_to_be_known(string line, string takes)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        string pipe = Path.Combine(folder, "pipe");
        using var made = System.Diagnostics.Process.Start("mkfifo", pipe);
        await made.WaitForExitAsync(TestContext.Current.CancellationToken);
        Task writing = Task.Run(() => File.WriteAllBytes(pipe, [0, 0, 8, 1]), TestContext.Current.CancellationToken);

        Ddm.AssertRefused(await RunAsync(line.Split(' ')), "pipe", "a pipe", takes);
        await Task.WhenAny(writing);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] line) => Ddm.RunAsync(folder, line);
}
