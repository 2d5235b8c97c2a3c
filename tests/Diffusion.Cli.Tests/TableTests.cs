using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public class TableTests
{
    [Fact]
    public async Task A_schedule_prints_the_peers_table()
    {
        foreach (JsonNode? golden in GoldenNumbers.Root["tables"]!.AsArray())
        {
            string name = (string)golden!["schedule"]!, T = golden["T"]!.ToJsonString();

            var run = await Ddm.RunAsync("schedule", "--schedule", name, "--T", T);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            JsonObject table = JsonNode.Parse(run.Output)!.AsObject();
            Assert.Equal(name, (string)table["schedule"]!);
            Assert.Equal(Enumerable.Range(1, (int)table["T"]!), table["t"]!.AsArray().Select(t => (int)t!));
            int[] rows = [.. golden["t"]!.AsArray().Select(t => (int)t!)];
            foreach (string column in new[] { "beta", "alphaBar", "posteriorVariance", "posteriorMeanCoef1", "posteriorMeanCoef2" })
            {
                for (int i = 0; i < rows.Length; i++)
                {
                    double expected = (double)golden[column]![i]!, actual = (double)table[column]![rows[i] - 1]!;
                    Assert.True(
                        Math.Abs(actual - expected) <= 1e-9 * Math.Abs(expected),
                        FormattableString.Invariant($"{name} {column} at t = {rows[i]}: {expected:R}, {actual:R}"));
                }
            }
        }
    }

    [Fact]
    public async Task A_stride_prints_the_peers_list()
    {
        foreach (JsonNode? golden in GoldenNumbers.Root["strides"]!.AsArray())
        {
            var run = await Ddm.RunAsync("stride", "--T", golden!["T"]!.ToJsonString(), "--stride", (string)golden["spec"]!);

            Assert.Equal((0, ""), (run.ExitCode, run.Error));
            JsonObject printed = JsonNode.Parse(run.Output)!.AsObject();
            Assert.Equal((string)golden["spec"]!, (string)printed["stride"]!);
            Assert.Equal(golden["timesteps"]!.ToJsonString(), printed["timesteps"]!.ToJsonString());
        }
    }

    [Theory]
    [InlineData("schedule --schedule lineal --T 100", "schedule", "\"lineal\"", "cosine")]
    [InlineData("schedule --schedule linear --T 20", "T", "20", "more than 20")]
    [InlineData("schedule --schedule cosine --T 0", "T", "0", "at least 1")]
    [InlineData("schedule --schedule cosine --T many", "--T", "many", "a whole number")]
    [InlineData("schedule --T 100", "--schedule", "required", "required")]
    [InlineData("stride --T 1000 --stride 10,,20", "stride", "\"10,,20\"", "full")]
    [InlineData("stride --T 10 --stride 20,20", "stride", "20", "at most")]
    [InlineData("stride --T 0 --stride full", "T", "0", "at least 1")]
    [InlineData("strides --T 10", "strides", "strides", "strides")]
    public async Task Bad_options_are_refused_in_one_line(string line, string named, string got, string takes) =>
        Ddm.AssertRefused(await Ddm.RunAsync(line.Split(' ')), named, got, takes);
}
