using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public sealed class TraceVerbTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    private string Output => folder.File("out.json");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task What_the_library_traces_is_written_to_the_file()
    {
        string request = TraceWritingTests.GoldenRequest(5).ToJsonString();

        Assert.Equal((0, "", ""), await Trace(request));

        using var expected = new MemoryStream();
        Cli.Trace.Write(TraceRequest.Parse(request), expected);
        Assert.Equal(expected.ToArray(), await File.ReadAllBytesAsync(Output, TestContext.Current.CancellationToken));
    }

    /// <summary>A few of what <see cref="TraceRequestTests"/> has, and what shows only in a step.</summary>
    [Theory]
    [InlineData("schedule", "\"lineal\"", "schedule", "\"lineal\"", "linear, cosine")]
    [InlineData("T", "2.5", "T", "2.5", "whole number")]
    [InlineData("mixture", """{"weights":[1],"means":[[0,0]]}""", "mixture.stds", "nothing", "required")]
    [InlineData("strides", "\"full\"", "strides", "unknown field", "schedule, T, stride")]
    [InlineData("start", "[[1e308,-1e308]]", "start", "not finite", "closer to the data")]
    public async Task A_bad_field_is_refused_in_one_line_and_nothing_is_written(
        string field, string json, string named, string got, string takes)
    {
        Ddm.AssertRefused(await Trace(Request((field, json))), named, got, takes);
        Assert.Equal(["in.json"], Directory.GetFiles(folder.Path).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Text_that_is_not_json_and_files_that_are_not_there_are_refused_in_one_line()
    {
        Ddm.AssertRefused(await Trace("{"), "JSON");
        Assert.False(File.Exists(Output));
        Ddm.AssertRefused(await Ddm.RunAsync("trace", "--input", folder.File("no.json"), "--output", Output), "--input", "no.json");

        await File.WriteAllTextAsync(folder.File("in.json"), Request(), TestContext.Current.CancellationToken);
        Ddm.AssertRefused(
            await Ddm.RunAsync("trace", "--input", folder.File("in.json"), "--output", Path.Combine(folder.Path, "no", "out.json")),
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
        JsonObject request = TraceWritingTests.GoldenRequest(0);
        foreach (var (field, json) in changes)
        {
            request[field] = JsonNode.Parse(json);
        }

        return request.ToJsonString();
    }

    private async Task<(int ExitCode, string Output, string Error)> Trace(string request)
    {
        string input = folder.File("in.json");
        await File.WriteAllTextAsync(input, request, TestContext.Current.CancellationToken);
        return await Ddm.RunAsync("trace", "--input", input, "--output", Output);
    }
}
