using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Diffusion.Tracing;

namespace Diffusion.Tests.Golden;

public class GoldenTests
{
    [Fact]
    public void Schedule_tables_equal_the_peers()
    {
        foreach (JsonElement table in GoldenNumbers.Tables)
        {
            var schedule = NoiseSchedule.Parse(table.GetProperty("schedule").GetString()!, table.GetProperty("T").GetInt32());
            int[] timesteps = [.. table.Doubles("t").Select(t => (int)t)];
            Compare("beta", schedule.Beta);
            Compare("alphaBar", schedule.AlphaBar);
            Compare("posteriorVariance", schedule.PosteriorVariance);
            Compare("posteriorMeanCoef1", schedule.PosteriorMeanCoef1);
            Compare("posteriorMeanCoef2", schedule.PosteriorMeanCoef2);

            void Compare(string name, Func<int, double> actual)
            {
                double[] expected = table.Doubles(name);
                Assert.Equal(timesteps.Length, expected.Length);
                for (int i = 0; i < expected.Length; i++)
                {
                    GoldenNumbers.AssertClose(expected[i], actual(timesteps[i]), 1e-9, $"{schedule} {name}({timesteps[i]})");
                }
            }
        }
    }

    [Fact]
    public void Stride_lists_equal_the_peers()
    {
        foreach (JsonElement golden in GoldenNumbers.Strides)
        {
            var stride = Stride.Parse(golden.GetProperty("spec").GetString()!);
            Assert.Equal(golden.Doubles("timesteps").Select(t => (int)t), stride.Timesteps(golden.GetProperty("T").GetInt32()));
        }
    }

    [Fact]
    public void Traced_trajectories_equal_the_peers()
    {
        foreach (JsonElement golden in GoldenNumbers.Trajectories)
        {
            JsonObject request = JsonNode.Parse(golden.GetRawText())!.AsObject();
            string name = string.Create(CultureInfo.InvariantCulture, $"{request["schedule"]} {request["stride"]} {request["method"]}");
            JsonArray expected = request["trajectory"]!.AsArray();
            request.Remove("trajectory");
            JsonArray actual = Run(request)["steps"]!.AsArray();
            Assert.Equal(expected.Count, actual.Count);
            for (int i = 0; i < expected.Count; i++)
            {
                Assert.Equal((int)expected[i]!["t"]!, (int)actual[i]!["t"]!);
                Assert.Equal((int)expected[i]!["tPrev"]!, (int)actual[i]!["tPrev"]!);
                foreach (string field in new[] { "x", "estimatedSample", "next" })
                {
                    double[] e = Flat(expected[i]![field]!), a = Flat(actual[i]![field]!);
                    Assert.Equal(e.Length, a.Length);

                    // Relative to the largest coordinate: the peer rebuilds ᾱ of a respaced chain from 1 − β, which costs
                    // it nine digits at ᾱ = 2·10⁻⁹, and a coordinate near zero shows that as a large relative error.
                    double largest = e.Max(Math.Abs);
                    for (int j = 0; j < e.Length; j++)
                    {
                        Assert.True(Math.Abs(a[j] - e[j]) <= 1e-9 * largest,
                            string.Create(CultureInfo.InvariantCulture, $"{name} step {i} {field}[{j}]: expected {e[j]:R}, got {a[j]:R}"));
                    }
                }
            }
        }
    }

    private static JsonObject Run(JsonObject request)
    {
        using var output = new MemoryStream();
        Trace.Write(TraceRequest.Parse(request.ToJsonString()), output);
        return JsonNode.Parse(Encoding.UTF8.GetString(output.ToArray()))!.AsObject();
    }

    private static double[] Flat(JsonNode rows) => [.. rows.AsArray().SelectMany(row => row!.AsArray()).Select(value => (double)value!)];
}
