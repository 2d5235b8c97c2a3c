using System.Net;
using System.Text.Json;
using TorchSharp;

namespace Diffusion.Lab.Tests;

/// <summary>Safe to leave open: one line for what it cannot use, and no answer to anyone but its own page.</summary>
public sealed class ServerTests(RunningLab lab)
{
    [Theory]
    [InlineData("schedule=wobbly", "schedule: got \"wobbly\"")]
    [InlineData("schedule=logsnr:1,x", "schedule: got \"logsnr:1,x\"")]
    [InlineData("schedule=logsnr:1,2", "alphaBar: got")]
    [InlineData("stride=custom:5,4", "stride: got")]
    [InlineData("stride=full&T=2000", "stride: got full of 2000 timesteps")]
    [InlineData("T=1000000", "T: got \"1000000\"")]
    [InlineData("count=1e9", "count: got \"1e9\"")]
    [InlineData("count=20001", "count: got \"20001\"")]
    [InlineData("data=digits&count=65", "count: got \"65\"")]
    [InlineData("data=cats", "data: got \"cats\"")]
    [InlineData("data=own", "data: got \"own\"")]
    [InlineData("data=digits&class=11", "label: got 11; takes a class in 0..9")]
    [InlineData("modes=1:2", "modes: got \"1:2\"")]
    [InlineData("modes=0:0:-1:1", "mixture.stds: got -1")]
    [InlineData("rule=ddim:2", "eta: got 2")]
    [InlineData("clip=-1", "clip: got -1")]
    [InlineData("clip=NaN", "clip: got \"NaN\"")]
    [InlineData("seed=-1", "seed: got \"-1\"")]
    [InlineData("follow=x", "follow: got \"x\"")]
    [InlineData("a.count=3", "A and B: got other data")]
    public async Task Bad_input_gets_one_line(string query, string begins)
    {
        using HttpResponseMessage response = await lab.Client.GetAsync($"api/answer?{query}", TestContext.Current.CancellationToken);
        string text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        string line = response.StatusCode == HttpStatusCode.BadRequest
            ? JsonSerializer.Deserialize<JsonElement>(text).GetProperty("line").GetString()!
            : (await lab.EventsAsync($"api/answer?{query}")).Single(e => e.Name == "refused").Values.GetProperty("line").GetString()!;
        Assert.StartsWith(begins, line, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', line);
    }

    [Theory]
    [InlineData("Host", "evil.example")]
    [InlineData("Host", "127.0.0.1:1")]
    [InlineData("Origin", "http://evil.example")]
    [InlineData("Origin", "null")]
    public async Task Another_host_or_page_is_not_answered(string header, string value)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/choices");
        request.Headers.TryAddWithoutValidation(header, value);
        using HttpResponseMessage response = await lab.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
    }

    [Fact]
    public async Task Only_GET_is_taken_and_no_endless_address()
    {
        using HttpResponseMessage posted = await lab.Client.PostAsync("api/answer", null, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, posted.StatusCode);
        using HttpResponseMessage endless = await lab.Client.GetAsync("api/answer?modes=" + new string('1', 8100), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.BadRequest, endless.StatusCode);
        using HttpResponseMessage missing = await lab.Client.GetAsync("../secrets.js", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, missing.StatusCode);
    }

    [Fact]
    public async Task The_newest_question_of_a_page_ends_the_one_before()
    {
        Task<List<(string Name, JsonElement Values)>> slow = lab.EventsAsync("api/answer?T=1000&stride=uniform1000&count=20000&page=one");
        await Task.Delay(300, TestContext.Current.CancellationToken);
        var newest = await lab.EventsAsync("api/answer?count=10&page=one");
        Assert.Equal("end", newest[^1].Name);
        Assert.DoesNotContain(await slow, e => e.Name == "end");
    }

    [Fact]
    public async Task A_hundred_pages_at_once_are_all_answered()
    {
        var answers = await Task.WhenAll(Enumerable.Range(1, 100).Select(page => lab.EventsAsync($"api/answer?count=50&seed={page % 5}&page=of{page}")));
        Assert.All(answers, events => Assert.Equal("end", events[^1].Name));

        // Equal choices have equal answers, whoever else asks at the time.
        Assert.All(answers.Select((events, i) => (Events: events, Seed: (i + 1) % 5)).GroupBy(answer => answer.Seed),
            same => Assert.Single(same.Select(answer => answer.Events.Single(e => e.Name == "samples").Values.GetProperty("samples").GetString()).Distinct()));
    }

    [Theory]
    [InlineData("three-modes", "40")]
    [InlineData("digits", "2")]
    public void No_answer_leaves_a_tensor_even_one_that_is_cancelled(string data, string count)
    {
        using var laboratory = new Laboratory(checkpoint: null);
        Answer(seed: 0, CancellationToken.None);
        long before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;

        Answer(seed: 0, CancellationToken.None);
        for (int calls = 0; calls < 6; calls++)
        {
            using var ended = new CancellationTokenSource();
            int left = calls;
            Assert.ThrowsAny<OperationCanceledException>(() => laboratory.Answer(
                Of("trailing5", calls), Of("quadratic5", calls), 0, (_, _) => _ = left-- == 0 ? Cancelled(ended) : false, ended.Token));
        }

        Assert.Equal(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);

        void Answer(int seed, CancellationToken cancellation) =>
            laboratory.Answer(Of("trailing2", seed), Of("trailing3", seed), 0, (_, _) => { }, cancellation);
        Choice Of(string stride, int seed) => Choice.Read(key => key switch
        {
            "data" => data,
            "count" => count,
            "stride" => stride,
            "T" => "100",
            "seed" => $"{seed}",
            _ => null,
        });

        static bool Cancelled(CancellationTokenSource source)
        {
            source.Cancel();
            return true;
        }
    }

    [Fact]
    public async Task A_port_in_use_and_a_checkpoint_that_is_none_are_refused_in_one_line()
    {
        string line = (await Assert.ThrowsAsync<InvalidInputException>(() => LabServer.StartAsync(null, lab.Address.Port))).Message;
        Assert.Equal($"--port: got {lab.Address.Port}, which another program listens on; takes a free port", line);

        Exception missing = await Assert.ThrowsAnyAsync<Exception>(() => LabServer.StartAsync("missing.safetensors", RunningLab.FreePort()));
        Assert.True(missing is InvalidInputException or IOException, $"{missing}");
        Assert.Contains("missing.safetensors", missing.Message, StringComparison.Ordinal);
    }
}
