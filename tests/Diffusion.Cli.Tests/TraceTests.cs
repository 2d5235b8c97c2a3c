using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public sealed class TraceTests : IDisposable
{
    private static readonly string[] Terms =
        ["x", "estimatedNoise", "estimatedSample", "estimatedPrevious", "scaledPrevious", "randomTerm", "next"];

    private readonly string folder = Directory.CreateTempSubdirectory("ddm-trace-").FullName;

    private string Output => Path.Combine(folder, "out.json");

    public static IEnumerable<TheoryDataRow<int>> Trajectories =>
        Enumerable.Range(0, GoldenNumbers.Root["trajectories"]!.AsArray().Count).Select(i => new TheoryDataRow<int>(i));

    /// <summary>What is wrong with a request, and the words that the refusal has to hold: the field, what it got, what it takes.</summary>
    public static IEnumerable<TheoryDataRow<string, string, string, string, string>> BadFields =>
    [
        new("schedule", "\"lineal\"", "schedule", "\"lineal\"", "linear, cosine"),
        new("schedule", "3", "schedule", "3", "text"),
        new("T", "0", "T", "0", "at least 1"),
        new("T", "2.5", "T", "2.5", "whole number"),
        new("stride", "\"\"", "stride", "\"\"", "full"),
        new("stride", "\"every other\"", "stride", "\"every other\"", "full"),
        new("stride", "\"0\"", "stride", "0 timesteps", "at least one"),
        new("stride", "\"2000\"", "stride", "2000", "at most"),
        new("stride", "\"ddim999\"", "stride", "ddim999", "whole spacing"),
        new("stride", "\"custom:5,5\"", "stride", "timestep 5", "strictly increasing"),
        new("stride", "\"custom:5,2000\"", "stride", "2000", "at most"),
        new("method", "\"euler\"", "method", "\"euler\"", "ddim, ddpm"),
        new("eta", "1.5", "eta", "1.5", "[0, 1]"),
        new("eta", "\"much\"", "eta", "much", "number"),
        new("variance", "\"medium\"", "variance", "\"medium\"", "small or large"),
        new("clip", "-1", "clip", "-1", "positive"),
        new("mixture", "[]", "mixture", "array", "object"),
        new("mixture", """{"weights":[1],"means":[[0,0]]}""", "mixture.stds", "nothing", "required"),
        new("mixture", """{"weights":[1,1],"means":[[0,0]],"stds":[1]}""", "mixture.means", "1 means", "2 weights"),
        new("mixture", """{"weights":[1,1],"means":[[0,0],[0]],"stds":[1,1]}""", "mixture.means", "1 coordinates", "2"),
        new("mixture", """{"weights":[-1],"means":[[0,0]],"stds":[1]}""", "mixture.weights", "-1", "positive"),
        new("start", "[]", "start", "0 rows", "at least one"),
        new("start", "[[1,2,3]]", "start", "3 numbers", "2"),
        new("start", "[[1,null]]", "start", "null", "number"),
        new("start", "[[1e308,-1e308]]", "start", "not finite", "closer to the data"),
        new("noise", "[[[0,0]]]", "noise", "1 steps", "10"),
        new("noise", "[[[0,0]],[[0]],[[0,0]],[[0,0]],[[0,0]],[[0,0]],[[0,0]],[[0,0]],[[0,0]],[[0,0]]]", "noise[1]", "1 numbers", "2"),
        new("seed", "\"x\"", "seed", "x", "whole number"),
        new("strides", "\"full\"", "strides", "unknown field", "schedule, T, stride"),
    ];

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Theory]
    [MemberData(nameof(Trajectories))]
    public async Task A_trace_gives_the_peers_trajectory_with_terms_that_sum(int number)
    {
        JsonObject request = GoldenNumbers.Root["trajectories"]![number]!.AsObject();
        JsonArray expected = request["trajectory"]!.AsArray();
        request.Remove("trajectory");

        var run = await Trace(request.ToJsonString());

        Assert.Equal((0, "", ""), run);
        JsonObject trace = JsonNode.Parse(await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken))!.AsObject();
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
                GoldenNumbers.AssertClose(GoldenNumbers.Flat(expected[i]![field]!), GoldenNumbers.Flat(steps[i]![field]!), $"step {i} {field}");
            }

            double[][] terms = [.. Terms.Select(name => GoldenNumbers.Flat(steps[i]![name]!))];
            double[] sum = [.. terms[4].Zip(terms[5], (scaled, random) => scaled + random)];
            GoldenNumbers.AssertClose(terms[6], sum, $"step {i}: scaled + random");
            GoldenNumbers.AssertClose(terms[3], [.. terms[2].Zip(terms[1], (sample, noise) => sample + noise)], $"step {i}: sample + noise");
        }
    }

    [Theory]
    [InlineData("standard", 45)]
    [InlineData("closed", 0)]
    public async Task F_and_its_closed_form_trace_like_ddim_at_eta_0_and_count_their_forward_steps(string method, int forwardSteps)
    {
        JsonObject traced = await Traced(Request(("method", $"\"{method}\"")));
        JsonObject ddim = await Traced(Request(("method", "\"ddim\"")));

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
    public async Task Equal_seeds_give_equal_files_and_others_do_not()
    {
        string first = (await Traced(Request(("eta", "1"), ("seed", "5")))).ToJsonString();
        string second = (await Traced(Request(("eta", "1"), ("seed", "5")))).ToJsonString();
        string other = (await Traced(Request(("eta", "1"), ("seed", "6")))).ToJsonString();

        Assert.Equal(first, second);
        Assert.NotEqual(first, other);
    }

    [Theory]
    [MemberData(nameof(BadFields))]
    public async Task A_bad_field_is_refused_in_one_line_and_nothing_is_written(string field, string json, string named, string got, string takes)
    {
        var run = await Trace(Request((field, json)));

        Ddm.AssertRefused(run, named, got, takes);
        Assert.Equal(["in.json"], Directory.GetFiles(folder).Select(Path.GetFileName));
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("{", "JSON")]
    [InlineData("[1, 2]", "an array")]
    [InlineData("{}", "schedule")]
    public async Task What_is_no_request_is_refused_in_one_line(string text, string word)
    {
        Ddm.AssertRefused(await Trace(text), word);
        Assert.False(File.Exists(Output));
    }

    [Fact]
    public async Task Files_that_are_not_there_are_refused_in_one_line()
    {
        Ddm.AssertRefused(await Ddm.RunAsync("trace", "--input", Path.Combine(folder, "no.json"), "--output", Output), "--input", "no.json");

        await File.WriteAllTextAsync(Path.Combine(folder, "in.json"), Request(), TestContext.Current.CancellationToken);
        Ddm.AssertRefused(
            await Ddm.RunAsync("trace", "--input", Path.Combine(folder, "in.json"), "--output", Path.Combine(folder, "no", "out.json")),
            "--output", "a folder that exists");
    }

    [Fact]
    public async Task A_refused_request_leaves_an_earlier_output_as_it_was()
    {
        await File.WriteAllTextAsync(Output, "earlier", TestContext.Current.CancellationToken);

        Ddm.AssertRefused(await Trace(Request(("T", "-1"))), "T");

        Assert.Equal("earlier", await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken));
    }

    private static string Request(params (string Field, string Json)[] changes)
    {
        JsonObject request = JsonNode.Parse("""
            {"schedule":"cosine","T":1000,"stride":"uniform10","method":"ddim","eta":0.0,"clip":null,
             "mixture":{"weights":[0.5,0.3,0.2],"means":[[1,1],[-1,0],[0,-1.5]],"stds":[0.2,0.3,0.15]},
             "start":[[0.3,-0.8]]}
            """)!.AsObject();
        foreach (var (field, json) in changes)
        {
            request[field] = JsonNode.Parse(json);
        }

        return request.ToJsonString();
    }

    private async Task<JsonObject> Traced(string request)
    {
        Assert.Equal((0, "", ""), await Trace(request));
        return JsonNode.Parse(await File.ReadAllTextAsync(Output, TestContext.Current.CancellationToken))!.AsObject();
    }

    private async Task<(int ExitCode, string Output, string Error)> Trace(string request)
    {
        string input = Path.Combine(folder, "in.json");
        await File.WriteAllTextAsync(input, request, TestContext.Current.CancellationToken);
        return await Ddm.RunAsync("trace", "--input", input, "--output", Output);
    }
}
