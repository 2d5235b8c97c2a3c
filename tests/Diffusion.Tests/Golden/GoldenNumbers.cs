using System.Text.Json;

namespace Diffusion.Tests;

/// <summary>
/// Tables, stride lists and trajectories of openai/improved-diffusion, run in double precision; timesteps are numbered
/// 1..T with 0 the clean sample.
/// </summary>
internal static class GoldenNumbers
{
    private static readonly JsonElement Root = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Golden", "improved-diffusion.json"))).RootElement;

    public static IEnumerable<JsonElement> Tables => Root.GetProperty("tables").EnumerateArray();

    public static IEnumerable<JsonElement> Strides => Root.GetProperty("strides").EnumerateArray();

    public static IEnumerable<JsonElement> Trajectories => Root.GetProperty("trajectories").EnumerateArray();

    public static double[] Doubles(this JsonElement element, string name) =>
        [.. element.GetProperty(name).EnumerateArray().Select(value => value.GetDouble())];

    public static void AssertClose(double expected, double actual, double relative, string what) =>
        Assert.True(Math.Abs(actual - expected) <= relative * Math.Max(1e-300, Math.Abs(expected)),
            FormattableString.Invariant($"{what}: expected {expected:R}, got {actual:R}"));
}
