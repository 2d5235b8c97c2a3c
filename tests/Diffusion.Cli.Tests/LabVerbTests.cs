using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Diffusion.Cli.Tests;

/// <summary>The laboratory's verb; what its server answers is tested with the server.</summary>
public class LabVerbTests
{
    [Fact]
    public async Task It_says_where_the_page_is_serves_it_and_ends_when_it_is_told_to()
    {
        using Process lab = Ddm.Start("lab", "--no-browser", "--port", "0");
        string line = (await lab.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken))!;
        string address = line.Split(' ').Single(word => word.StartsWith("http://127.0.0.1:", StringComparison.Ordinal));
        using var client = new HttpClient();

        string page = await client.GetStringAsync(address, TestContext.Current.CancellationToken);
        using Process end = Process.Start("kill", ["-INT", $"{lab.Id}"]);
        using var hung = new CancellationTokenSource(TimeSpan.FromMinutes(2));
        await using CancellationTokenRegistration kill = hung.Token.Register(lab.Kill);
        string error = await lab.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await lab.WaitForExitAsync(TestContext.Current.CancellationToken);

        Assert.Contains("<title>", page, StringComparison.Ordinal);
        Assert.Equal((0, ""), (lab.ExitCode, error));
    }

    [Fact]
    public async Task A_port_in_use_and_a_checkpoint_that_is_not_there_are_one_line_each()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        int port = ((IPEndPoint)listener.LocalEndpoint).Port;

        Ddm.AssertRefused(await Ddm.RunAsync("lab", "--no-browser", "--port", $"{port}"), "--port", $"{port}", "listens");
        Ddm.AssertRefused(await Ddm.RunAsync("lab", "gone.safetensors", "--no-browser", "--port", "0"), "checkpoint", "gone.safetensors");
    }
}
