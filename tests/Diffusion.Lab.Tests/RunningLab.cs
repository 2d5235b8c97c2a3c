using System.Net;
using System.Net.Sockets;
using System.Text.Json;

[assembly: AssemblyFixture(typeof(Diffusion.Lab.Tests.RunningLab))]

namespace Diffusion.Lab.Tests;

/// <summary>The laboratory on a free port, and questions to it.</summary>
public sealed class RunningLab : IAsyncLifetime
{
    private LabServer? server;

    /// <summary>A client that knows where the page is.</summary>
    public HttpClient Client { get; private set; } = null!;

    public Uri Address => server!.Address;

    public async ValueTask InitializeAsync()
    {
        server = await LabServer.StartAsync(checkpoint: null, FreePort());
        Client = new() { BaseAddress = server.Address };
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await server!.DisposeAsync();
    }

    /// <summary>All events of an answer, in their order.</summary>
    public async Task<List<(string Name, JsonElement Values)>> EventsAsync(string address)
    {
        string text = await Client.GetStringAsync(address, TestContext.Current.CancellationToken);
        return [.. text.Split("\n\n", StringSplitOptions.RemoveEmptyEntries).Select(part =>
        {
            string[] lines = part.Split('\n');
            return (lines[0]["event: ".Length..], JsonSerializer.Deserialize<JsonElement>(lines[1]["data: ".Length..]));
        })];
    }

    /// <summary>A choice in the forms in which it leaves the page.</summary>
    public async Task<JsonElement> TakeAsync(string query) =>
        JsonSerializer.Deserialize<JsonElement>(await Client.GetStringAsync($"api/take?{query}", TestContext.Current.CancellationToken));

    /// <summary>A port that nothing listens on.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
