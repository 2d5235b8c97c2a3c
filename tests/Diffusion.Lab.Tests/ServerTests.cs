using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Text.Json;
using Diffusion.Tests;

namespace Diffusion.Lab.Tests;

/// <summary>Who may ask, for how much, and how the server says no.</summary>
public class ServerTests(Asking lab)
{
    private const string Heavy = "api/answer?stride=full&data=grid25&count=20000&page=";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_listens_on_loopback_alone()
    {
        Assert.Equal("127.0.0.1", lab.Address.Host);
        IPEndPoint[] listening = [.. IPGlobalProperties.GetIPGlobalProperties().GetActiveTcpListeners().Where(one => one.Port == lab.Address.Port)];
        Assert.All(listening, one => Assert.True(IPAddress.IsLoopback(one.Address)));
        Assert.NotEmpty(listening);
        foreach (IPAddress own in (await Dns.GetHostAddressesAsync(Dns.GetHostName(), Cancellation)).Where(address => !IPAddress.IsLoopback(address)))
        {
            using var socket = new Socket(own.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
            await Assert.ThrowsAsync<SocketException>(() => socket.ConnectAsync(own, lab.Address.Port, Cancellation).AsTask());
        }
    }

    [Theory]
    [InlineData("Host", "evil.example", 403)]
    [InlineData("Host", "127.0.0.1.evil.example", 403)]
    [InlineData("Host", "localhost:1", 200)]
    [InlineData("Host", "[::1]", 200)]
    [InlineData("Origin", "http://evil.example", 403)]
    [InlineData("Origin", "null", 403)]
    [InlineData("Origin", "http://127.0.0.1:1", 403)]
    [InlineData("Sec-Fetch-Site", "cross-site", 403)]
    [InlineData("Sec-Fetch-Site", "same-origin", 200)]
    public async Task What_comes_from_elsewhere_is_refused(string header, string value, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/schedule");
        Assert.True(request.Headers.TryAddWithoutValidation(header, value));

        using HttpResponseMessage response = await lab.Client.SendAsync(request, Cancellation);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.False(response.Headers.Contains("Access-Control-Allow-Origin"));
    }

    [Fact]
    public async Task The_pages_own_origin_is_let_in()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "api/schedule");
        request.Headers.Add("Origin", $"http://{lab.Address.Authority}");

        using HttpResponseMessage response = await lab.Client.SendAsync(request, Cancellation);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("T=ten", "T: got \"ten\"; takes a whole number from 1 to 10000")]
    [InlineData("T=10001", "T: got \"10001\"; takes a whole number from 1 to 10000")]
    [InlineData("T=20", "T: got 20; takes more than 20 timesteps for Linear(T)")]
    [InlineData("count=20001", "count: got \"20001\"; takes a whole number from 2 to 20000")]
    [InlineData("data=digits&count=65", "count: got \"65\"; takes a whole number from 2 to 64")]
    [InlineData("data=mnist", "data: got \"mnist\"; takes three-modes")]
    [InlineData("seed=0", "seed: got \"0\"; takes a whole number from 1 to")]
    [InlineData("eta=2", "eta: got 2; takes a number in [0, 1]")]
    [InlineData("eta=NaN", "eta: got \"NaN\"; takes a finite number")]
    [InlineData("rule=euler", "rule: got \"euler\"; takes ddim")]
    [InlineData("clip=-1", "clip: got \"-1\"; takes auto, none or a positive number")]
    [InlineData("stride=trailing1001", "stride: got \"trailing1001\"; takes at most as many timesteps as there are (T = 1000)")]
    [InlineData("stride=full&T=1001", "stride: got 1001 timesteps; takes at most 1000 here")]
    [InlineData("stride=custom:5,3", "stride: got timestep 3 at place 2; takes strictly increasing timesteps: here at least 6")]
    [InlineData("schedule=logsnr:1,2", "schedule: got \"logsnr:1,2\"; takes two or more finite numbers, each below the one before")]
    [InlineData("modes=1:2:3", "modes: got \"1:2:3\"; takes x:y:sd:w")]
    [InlineData("modes=1:2:-3:1", "mixture.stds: got -3 at place 1; takes numbers of at least 0")]
    [InlineData("class=1", "class: got 1; takes nothing: a mixture has no classes")]
    [InlineData("data=digits&class=10", "label: got 10; takes a class in 0..9")]
    [InlineData("follow=2000", "follow: got \"2000\"; takes places from 0 to 1999")]
    [InlineData("a.stride=nonsense", "stride: got \"nonsense\"; takes full")]
    [InlineData("objective=speed", "strides: got \"speed\"; takes", "stride")]
    [InlineData("objective=outcome&T=5000", "T: got 5000; takes at most 2000", "stride")]
    [InlineData("k=0", "k: got \"0\"; takes a whole number from 1 to", "stride")]
    public async Task Bad_input_gets_the_librarys_line(string query, string line, string question = "answer")
    {
        using HttpResponseMessage response = await lab.Client.GetAsync($"api/{question}?{query}", Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        using JsonDocument body = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Cancellation));
        string got = body.RootElement.GetProperty("line").GetString()!;
        Assert.StartsWith(line, got, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', got);
    }

    [Fact]
    public async Task A_query_has_an_end()
    {
        using HttpResponseMessage longer = await lab.Client.GetAsync($"api/schedule?modes={new string('1', 9000)}", Cancellation);
        using HttpResponseMessage far = await lab.Client.GetAsync($"api/schedule?modes={new string('1', 90_000)}", Cancellation);

        Assert.Equal(HttpStatusCode.BadRequest, longer.StatusCode);
        Assert.Contains("query: got 9007 characters; takes at most 8192", await longer.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.RequestUriTooLong, far.StatusCode);
    }

    [Theory]
    [InlineData("", "text/html")]
    [InlineData("page/main.js", "text/javascript")]
    [InlineData("page/lab.css", "text/css")]
    [InlineData("plotly.js", "text/javascript")]
    public async Task The_page_is_served_with_a_policy_that_fetches_nothing_from_outside(string path, string type)
    {
        using HttpResponseMessage response = await lab.Client.GetAsync(path, Cancellation);

        Assert.Equal((HttpStatusCode.OK, type), (response.StatusCode, response.Content.Headers.ContentType!.MediaType));
        Assert.StartsWith("default-src 'self';", response.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("page/nothing.js")]
    [InlineData("page/%2e%2e/Diffusion.Lab.dll")]
    [InlineData("page/..%2fDiffusion.Lab.dll")]
    public async Task Nothing_but_the_page_is_served(string path)
    {
        using HttpResponseMessage response = await lab.Client.GetAsync(path, Cancellation);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
    }

    [Fact]
    public async Task A_hundred_pages_at_once_are_all_answered()
    {
        Answered[] answers = await Task.WhenAll(Enumerable.Range(0, 100).Select(page =>
            lab.AnswerAsync(("page", $"{page}"), ("count", "200"), ("seed", $"{1 + page % 10}"))));

        Assert.Equal(10, answers.Select(answer => answer.Distance).Distinct().Count());
    }

    [Fact]
    public async Task Of_one_page_the_newest_question_wins()
    {
        using HttpResponseMessage old = await lab.Client.GetAsync(Heavy + "same", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await old.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("event: walk", await reader.ReadLineAsync(Cancellation));

        await lab.AnswerAsync(("page", "same"), ("count", "10"));

        Assert.Contains("event: stopped", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_older_question_that_arrives_late_does_not_end_the_newer_one()
    {
        using HttpResponseMessage newer = await lab.Client.GetAsync(Heavy + "late&turn=8", HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await newer.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("event: walk", await reader.ReadLineAsync(Cancellation));

        List<(string Name, JsonElement Data)> older = await Asking.EventsAsync(lab.Client, "api/answer?count=10&page=late&turn=7");

        Assert.Equal(["stopped"], older.Select(told => told.Name));
        Assert.StartsWith("data: ", await reader.ReadLineAsync(Cancellation), StringComparison.Ordinal);
        Assert.Equal("", await reader.ReadLineAsync(Cancellation));
        Assert.Equal("event: walk", await reader.ReadLineAsync(Cancellation));
        await lab.AnswerAsync(("page", "late"), ("turn", "9"), ("count", "10"));
        Assert.Contains("event: stopped", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_page_that_goes_away_ends_its_work()
    {
        // These take minutes, and two are at work at a time.
        foreach (int page in Enumerable.Range(0, 6))
        {
            using var gone = CancellationTokenSource.CreateLinkedTokenSource(Cancellation);
            Task<HttpResponseMessage> asked = lab.Client.GetAsync(Heavy + page, HttpCompletionOption.ResponseHeadersRead, gone.Token);
            if (page < 2)
            {
                using HttpResponseMessage begun = await asked;
                using var reader = new StreamReader(await begun.Content.ReadAsStreamAsync(Cancellation));
                Assert.Equal("event: walk", await reader.ReadLineAsync(Cancellation));
            }
            else
            {
                await gone.CancelAsync();
                await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
            }
        }

        Assert.True((await lab.AnswerAsync(("count", "10"))).Distance > 0);
    }

    [Fact]
    public async Task A_server_that_is_stopped_ends_what_it_computes()
    {
        await using LabServer server = await LabServer.StartAsync(checkpoint: null, port: 0);
        using var client = new HttpClient { BaseAddress = server.Address };
        using var stop = new CancellationTokenSource();
        Task serving = server.ServeAsync(stop.Token);
        using HttpResponseMessage response = await client.GetAsync(Heavy, HttpCompletionOption.ResponseHeadersRead, Cancellation);
        using var reader = new StreamReader(await response.Content.ReadAsStreamAsync(Cancellation));
        Assert.Equal("event: walk", await reader.ReadLineAsync(Cancellation));

        await stop.CancelAsync();
        await serving;

        Assert.Contains("event: stopped", await reader.ReadToEndAsync(Cancellation), StringComparison.Ordinal);
        await Assert.ThrowsAsync<HttpRequestException>(() => client.GetAsync("api/schedule", Cancellation));
    }

    [Fact]
    public async Task A_port_in_use_or_out_of_range_is_refused_in_one_line()
    {
        var taken = await Assert.ThrowsAsync<InvalidInputException>(() => LabServer.StartAsync(null, lab.Address.Port));
        var beyond = await Assert.ThrowsAsync<InvalidInputException>(() => LabServer.StartAsync(null, 65536));

        Assert.StartsWith($"--port: got {lab.Address.Port}, where something listens", taken.Message, StringComparison.Ordinal);
        Assert.StartsWith("--port: got 65536; takes a free port", beyond.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_checkpoint_of_ones_own_is_sampled_read_again_when_written_again_and_missed_in_one_line()
    {
        using var folder = new TemporaryFolder();
        string file = folder.File("mine.safetensors");
        await Assert.ThrowsAsync<InvalidInputException>(() => LabServer.StartAsync(file, port: 0));
        Save(seed: 1);
        await using LabServer server = await LabServer.StartAsync(file, port: 0);
        using var client = new HttpClient { BaseAddress = server.Address };
        (string, string)[] own = [("data", "own"), ("count", "20"), ("stride", "trailing3")];

        Answered first = await Asking.AnswerAsync(client, own);
        Save(seed: 2);
        File.SetLastWriteTimeUtc(file, DateTime.UtcNow.AddMinutes(1));
        Answered second = await Asking.AnswerAsync(client, own);
        File.Delete(file);
        using HttpResponseMessage gone = await client.GetAsync("api/answer?" + Asking.Query(own), Cancellation);

        Assert.NotEqual(first.Walked.GetProperty("samples").GetString(), second.Walked.GetProperty("samples").GetString());
        Assert.Equal(HttpStatusCode.BadRequest, gone.StatusCode);
        Assert.Contains("checkpoint: got ", await gone.Content.ReadAsStringAsync(Cancellation), StringComparison.Ordinal);
        using JsonDocument choices = JsonDocument.Parse(await client.GetStringAsync("api/choices", Cancellation));
        Assert.Contains(choices.RootElement.GetProperty("data").EnumerateArray(), data => data.GetProperty("name").GetString() == "own");

        void Save(int seed)
        {
            using PointMlp network = new PointMlp(new PointMlpConfig { Width = 8, Blocks = 1 }, seed).Stirred();
            network.Save(file);
        }
    }

    [Fact]
    public async Task What_the_walk_refuses_is_one_line_too()
    {
        using HttpResponseMessage response = await lab.Client.GetAsync("api/choices", Cancellation);
        response.EnsureSuccessStatusCode();
        using var folder = new TemporaryFolder();
        string file = folder.File("noise.safetensors");
        using (var network = new PointMlp(new PointMlpConfig { Width = 8, Blocks = 1, Target = PredictionTarget.Noise }, seed: 1))
        {
            network.Save(file);
        }

        await using LabServer server = await LabServer.StartAsync(file, port: 0);
        using var client = new HttpClient { BaseAddress = server.Address };
        var events = await Asking.EventsAsync(client, "api/answer?data=own&count=10&schedule=linear-zero-snr&stride=trailing3");

        Assert.Equal("error", events[^1].Name);
        Assert.StartsWith("denoiser: got one that predicts noise at", events[^1].Data.GetProperty("line").GetString(), StringComparison.Ordinal);
    }
}
