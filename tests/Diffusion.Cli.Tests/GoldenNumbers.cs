using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

/// <summary>The numbers of openai/improved-diffusion in double precision, which the command line has to reproduce.</summary>
internal static class GoldenNumbers
{
    public static JsonObject Root =>
        JsonNode.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "improved-diffusion.json")))!.AsObject();

    public static double[] Flat(JsonNode rows) => [.. rows.AsArray().SelectMany(row => row!.AsArray()).Select(value => (double)value!)];

    public static void AssertClose(double[] expected, double[] actual, string what)
    {
        Assert.Equal(expected.Length, actual.Length);
        double largest = expected.Max(Math.Abs);
        for (int i = 0; i < expected.Length; i++)
        {
            Assert.True(
                Math.Abs(actual[i] - expected[i]) <= 1e-9 * largest,
                FormattableString.Invariant($"{what}[{i}]: expected {expected[i]:R}, got {actual[i]:R}"));
        }
    }
}
