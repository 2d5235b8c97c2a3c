using System.Net;
using System.Runtime.InteropServices;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(Diffusion.Lab.Tests.Asking))]

namespace Diffusion.Lab.Tests;

/// <summary>A laboratory that is asked as its page asks it.</summary>
public sealed class Asking : IAsyncLifetime
{
    private LabServer? server;

    public HttpClient Client { get; private set; } = null!;

    public Uri Address => server!.Address;

    public async ValueTask InitializeAsync()
    {
        server = await LabServer.StartAsync(checkpoint: null, port: 0);
        Client = new HttpClient { BaseAddress = Address };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server!.DisposeAsync();
    }

    /// <summary>The answer to a choice.</summary>
    public Task<Answered> AnswerAsync(params (string Key, string Value)[] choice) => AnswerAsync(Client, choice);

    public static async Task<Answered> AnswerAsync(HttpClient client, params (string Key, string Value)[] choice)
    {
        List<(string Name, JsonElement Data)> events = await EventsAsync(client, "api/answer?" + Query(choice));
        Assert.Equal("done", events[^1].Name);
        JsonElement Last(string name) => events.Last(told => told.Name == name).Data;
        return new(Last("samples"), Last("steps"), Last("done"));
    }

    /// <summary>All events of a stream, until the server ends it.</summary>
    public static async Task<List<(string Name, JsonElement Data)>> EventsAsync(HttpClient client, string address)
    {
        using HttpResponseMessage response = await client.GetAsync(
            address, HttpCompletionOption.ResponseHeadersRead, TestContext.Current.CancellationToken);
        if (response.StatusCode != HttpStatusCode.OK)
        {
            Assert.Fail(await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        }

        string[] blocks = (await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken))
            .Split("\n\n", StringSplitOptions.RemoveEmptyEntries);
        return [.. blocks.Select(block => block.Split('\n') is [var name, var data]
            ? (name["event: ".Length..], JsonDocument.Parse(data["data: ".Length..]).RootElement)
            : throw new InvalidDataException(block))];
    }

    public static string Query(params (string Key, string Value)[] choice) =>
        string.Join('&', choice.Select(pair => $"{pair.Key}={Uri.EscapeDataString(pair.Value)}"));

    public static float[] Floats(JsonElement base64) => MemoryMarshal.Cast<byte, float>(base64.GetBytesFromBase64()).ToArray();
}

/// <summary>What the page was told, by event.</summary>
public sealed record Answered(JsonElement Samples, JsonElement Steps, JsonElement Done)
{
    public JsonElement Walked => Samples.GetProperty("answer");

    public double Distance => Done.GetProperty("distance").GetProperty("value").GetDouble();

    public string? Take(string what) => Done.GetProperty("take").GetProperty(what).GetString();
}
