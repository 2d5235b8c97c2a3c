using System.CommandLine;
using System.ComponentModel;
using System.Diagnostics;
using Diffusion.Lab;

namespace Diffusion.Cli;

/// <summary><c>ddm lab</c>: a page on this machine in which every choice of a sampler is a handle.</summary>
internal static class LabCommand
{
    // Always the same, so that an address that was kept leads back.
    private const int DefaultPort = 8712;

    public static Command Create()
    {
        var checkpoint = new Argument<string?>("checkpoint")
        {
            Description = "A .safetensors file: a network of your own beside those that ship with the kit.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var port = Options.WithDefault("--port", DefaultPort, "The port on this machine; 0 for any that is free.");
        var noBrowser = new Option<bool>("--no-browser") { Description = "Only prints the page's address." };
        var command = new Command("lab", "Opens the laboratory: drag a schedule and a stride, and see at once what they do.")
        {
            checkpoint, port, noBrowser,
        };
        command.SetAction((parsed, cancellation) => Refusal.OfAsync(async () =>
        {
            await using var server = await LabServer.StartAsync(parsed.GetValue(checkpoint), parsed.GetValue(port)).ConfigureAwait(false);
            Console.WriteLine($"The laboratory is at {server.Address} until Ctrl+C.");
            if (!parsed.GetValue(noBrowser))
            {
                Open(server.Address);
            }

            await server.ServeAsync(cancellation).ConfigureAwait(false);
            return 0;
        }));
        return command;
    }

    private static void Open(Uri address)
    {
        try
        {
            Process.Start(new ProcessStartInfo($"{address}") { UseShellExecute = true })?.Dispose();
        }
        catch (Win32Exception)
        {
            // No browser here: the address is on the screen.
        }
    }
}
