using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Diffusion.Tracing;

namespace Diffusion.Tests.Tracing;

public class TraceTests
{
    [Theory]
    [InlineData("ddim", 0.6, "small")]
    [InlineData("ddpm", 0.0, "small")]
    [InlineData("ddpm", 0.0, "large")]
    [InlineData("standard", 0.0, "small")]
    [InlineData("closed", 0.0, "small")]
    public void Every_term_stands_in_its_relation_to_the_others(string method, double eta, string variance)
    {
        JsonObject trace = Run(Request(method, eta, variance));
        var schedule = NoiseSchedule.Cosine(100);
        JsonArray steps = trace["steps"]!.AsArray();
        Assert.Equal([100, 67, 34, 1], steps.Select(step => (int)step!["t"]!));
        Assert.Equal([67, 34, 1, 0], steps.Select(step => (int)step!["tPrev"]!));
        double[] x = [0.1, -0.7];
        foreach (JsonNode? step in steps)
        {
            int t = (int)step!["t"]!, s = (int)step["tPrev"]!;
            double from = schedule.AlphaBar(t), to = schedule.AlphaBar(s);
            double small = (1 - to) / (1 - from) * (1 - from / to), large = 1 - from / to;
            double scaledVariance = method switch { "ddim" => eta * eta * small, "ddpm" => small, _ => 0 };
            double sigma = s == 0 ? 0 : Math.Sqrt(variance == "large" ? large : scaledVariance);
            double[] noise = Row(step, "estimatedNoise"), sample = Row(step, "estimatedSample");
            double[] previous = Row(step, "estimatedPrevious"), scaled = Row(step, "scaledPrevious");
            double[] random = Row(step, "randomTerm"), next = Row(step, "next");
            Assert.Equal(x, Row(step, "x"));
            for (int i = 0; i < 2; i++)
            {
                double z = i == 0 ? 0.5 : -1.5;
                string where = string.Create(CultureInfo.InvariantCulture, $"{method} {variance}, t = {t}, coordinate {i}");
                Numbers.AssertNear(x[i], Math.Sqrt(from) * sample[i] + Math.Sqrt(1 - from) * noise[i], 1e-13, "x, " + where);
                Numbers.AssertNear(sample[i] + noise[i], previous[i], 1e-13, "estimatedPrevious, " + where);
                Numbers.AssertNear(Math.Sqrt(to) * sample[i] + Math.Sqrt(Math.Max(0, 1 - to - scaledVariance)) * noise[i], scaled[i], 1e-12, "scaledPrevious, " + where);
                Numbers.AssertNear(sigma * z, random[i], 1e-13, "randomTerm, " + where);
                Numbers.AssertNear(scaled[i] + random[i], next[i], 1e-12, "next, " + where);
            }

            x = next;
        }

        Assert.Equal(4, (int)trace["cost"]!["denoiserCalls"]!);
        Assert.Equal(method == "standard" ? 3 + 2 + 1 : 0, (int)trace["cost"]!["forwardSteps"]!);
    }

    [Fact]
    public void Equal_seeds_give_equal_texts_and_others_do_not()
    {
        JsonObject request = Request("ddim", 1, "small");
        request.Remove("noise");
        request["seed"] = 5;
        string first = Run(request).ToJsonString();
        Assert.Equal(first, Run(request).ToJsonString());
        request["seed"] = 6;
        Assert.NotEqual(first, Run(request).ToJsonString());
    }

    [Fact]
    public void Clip_bounds_the_estimated_sample()
    {
        JsonObject request = Request("ddim", 0, "small");
        request["clip"] = 0.25;
        Assert.All(Run(request)["steps"]!.AsArray(), step => Assert.All(Row(step!, "estimatedSample"), value => Assert.InRange(value, -0.25, 0.25)));
    }

    [Fact]
    public void Numbers_that_leave_the_doubles_are_refused_because_json_cannot_hold_them()
    {
        JsonObject request = Request("ddim", 0, "small");
        request["start"] = JsonNode.Parse("[[1e200,0]]");
        Refused.With("start", "not finite", "closer to the data", () => Run(request));
    }

    private static JsonObject Request(string method, double eta, string variance) => JsonNode.Parse(string.Create(CultureInfo.InvariantCulture, $$"""
        {"schedule":"cosine","T":100,"stride":"uniform4","method":"{{method}}","eta":{{eta}},"variance":"{{variance}}",
         "mixture":{"weights":[0.5,0.5],"means":[[1,0],[-1,0.5]],"stds":[0.2,0.3]},"start":[[0.1,-0.7]],
         "noise":[[[0.5,-1.5]],[[0.5,-1.5]],[[0.5,-1.5]],[[0.5,-1.5]]]}
        """))!.AsObject();

    private static JsonObject Run(JsonObject request)
    {
        using var output = new MemoryStream();
        Trace.Write(TraceRequest.Parse(request.ToJsonString()), output);
        return JsonNode.Parse(Encoding.UTF8.GetString(output.ToArray()))!.AsObject();
    }

    private static double[] Row(JsonNode step, string name) => [.. step[name]!.AsArray()[0]!.AsArray().Select(value => (double)value!)];
}
