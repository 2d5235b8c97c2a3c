using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Diffusion.Lab;

namespace Diffusion.Cli;

/// <summary><c>ddm lab</c>: the laboratory, a page of this machine.</summary>
internal static class LabCommand
{
    private const int DefaultPort = 5078;

    public static Command Create()
    {
        var checkpoint = new Argument<string?>("checkpoint")
        {
            Description = "A .safetensors file of your own, beside the networks that ship with the kit.",
            DefaultValueFactory = _ => null,
        };
        var port = Options.WithDefault("--port", DefaultPort, "Where the page is served, on this machine only.");
        var silent = new Option<bool>("--no-browser") { Description = "Prints the address and opens no browser." };
        var command = new Command("lab", "Opens the laboratory: drag a schedule and a stride, and see what they do.")
        {
            checkpoint, port, silent,
        };
        command.SetAction((parsed, cancellation) => Refusal.OfAsync(async () =>
        {
            int at = parsed.GetValue(port);
            InvalidInputException.Require(at is >= 1 and <= 65_535, "--port", $"{at}", "1 to 65535");
            await using LabServer server = await LabServer.StartAsync(parsed.GetValue(checkpoint), at);
            Console.WriteLine($"The laboratory is at {server.Address}; Ctrl+C ends it.");
            if (!parsed.GetValue(silent))
            {
                Open(server.Address);
            }

            await server.WaitAsync(cancellation);
            return 0;
        }, left: "the laboratory is closed."));
        return command;
    }

    private static void Open(Uri address)
    {
        try
        {
            Process.Start(new ProcessStartInfo(address.AbsoluteUri) { UseShellExecute = true })?.Dispose();
        }
        catch (Win32Exception)
        {
            Console.WriteLine("No browser could be opened: open the address in one.");
        }
    }
}
