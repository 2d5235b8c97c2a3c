using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public class TraceWritingTests
{
    private static readonly string[] Terms =
        ["x", "estimatedNoise", "estimatedSample", "estimatedPrevious", "scaledPrevious", "randomTerm", "next"];

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
                double direction = Math.Sqrt(Math.Max(0, 1 - to - scaledVariance)) * noise[i];
                Numbers.AssertNear(Math.Sqrt(to) * sample[i] + direction, scaled[i], 1e-12, "scaledPrevious, " + where);
                Numbers.AssertNear(sigma * z, random[i], 1e-13, "randomTerm, " + where);
                Numbers.AssertNear(scaled[i] + random[i], next[i], 1e-12, "next, " + where);
            }

            x = next;
        }

        Assert.Equal(4, (int)trace["cost"]!["denoiserCalls"]!);
        Assert.Equal(method == "standard" ? 3 + 2 + 1 : 0, (int)trace["cost"]!["forwardSteps"]!);
    }

    public static TheoryData<int> Trajectories => [.. Enumerable.Range(0, GoldenNumbers.Root["trajectories"]!.AsArray().Count)];

    [Theory]
    [MemberData(nameof(Trajectories))]
    public void A_trace_gives_the_peers_trajectory_with_terms_that_sum(int number)
    {
        JsonArray expected = GoldenNumbers.Root["trajectories"]![number]!["trajectory"]!.AsArray();
        JsonObject trace = Run(GoldenRequest(number));
        JsonArray steps = trace["steps"]!.AsArray();
        Assert.Equal(expected.Count, steps.Count);
        Assert.Equal(expected.Count, (int)trace["cost"]!["denoiserCalls"]!);
        Assert.Equal(0, (int)trace["cost"]!["forwardSteps"]!);
        for (int i = 0; i < steps.Count; i++)
        {
            Assert.Equal((int)expected[i]!["t"]!, (int)steps[i]!["t"]!);
            Assert.Equal((int)expected[i]!["tPrev"]!, (int)steps[i]!["tPrev"]!);
            foreach (string field in new[] { "x", "estimatedSample", "next" })
            {
                double[] peers = GoldenNumbers.Flat(expected[i]![field]!);
                GoldenNumbers.AssertClose(peers, GoldenNumbers.Flat(steps[i]![field]!), $"step {i} {field}");
            }

            double[][] terms = [.. Terms.Select(name => GoldenNumbers.Flat(steps[i]![name]!))];
            GoldenNumbers.AssertClose(terms[6], [.. terms[4].Zip(terms[5], (scaled, random) => scaled + random)], $"step {i}: next");
            GoldenNumbers.AssertClose(terms[3], [.. terms[2].Zip(terms[1], (sample, noise) => sample + noise)], $"step {i}: previous");
        }
    }

    [Theory]
    [InlineData("standard", 45)]
    [InlineData("closed", 0)]
    public void F_and_its_closed_form_trace_like_ddim_at_eta_0_and_count_their_forward_steps(string method, int forwardSteps)
    {
        JsonObject request = GoldenRequest(0);
        JsonObject ddim = Run(request);
        request["method"] = method;
        JsonObject traced = Run(request);
        Assert.Equal(forwardSteps, (int)traced["cost"]!["forwardSteps"]!);
        foreach (string term in Terms)
        {
            GoldenNumbers.AssertClose(
                [.. ddim["steps"]!.AsArray().SelectMany(step => GoldenNumbers.Flat(step![term]!))],
                [.. traced["steps"]!.AsArray().SelectMany(step => GoldenNumbers.Flat(step![term]!))],
                term);
        }
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
        var estimates = Run(request)["steps"]!.AsArray().SelectMany(step => Row(step!, "estimatedSample"));
        Assert.All(estimates, value => Assert.InRange(value, -0.25, 0.25));
    }

    [Fact]
    public void Numbers_that_leave_the_doubles_are_refused_because_json_cannot_hold_them()
    {
        JsonObject request = Request("ddim", 0, "small");
        request["start"] = JsonNode.Parse("[[1e200,0]]");
        Refused.With("start", "not finite", "closer to the data", () => Run(request));
    }

    /// <summary>A run of the peer's as a request.</summary>
    internal static JsonObject GoldenRequest(int number)
    {
        JsonObject request = GoldenNumbers.Root["trajectories"]![number]!.AsObject();
        request.Remove("trajectory");
        return request;
    }

    private static JsonObject Request(string method, double eta, string variance) => JsonNode.Parse(FormattableString.Invariant($$"""
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
