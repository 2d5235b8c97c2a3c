using System.CommandLine;
using System.Text.Json;

namespace Diffusion.Cli;

/// <summary><c>ddm stride</c>: the timesteps that a stride visits, as JSON on standard output.</summary>
internal static class StrideCommand
{
    public static Command Create()
    {
        var stride = new Option<string>("--stride") { Description = "Such as full, uniform50, 10,15,20, ddim50 or custom:1,500,1000.", Required = true };
        var timesteps = new Option<int>("--T") { Description = "The number of timesteps.", DefaultValueFactory = _ => 1000 };
        var command = new Command("stride", "Prints the timesteps that a stride visits.") { stride, timesteps };
        command.SetAction(parsed => BadInput.Report(() => Run(parsed.GetRequiredValue(stride), parsed.GetValue(timesteps))));
        return command;
    }

    private static int Run(string text, int T)
    {
        Console.WriteLine(JsonSerializer.Serialize(new { T, stride = text, timesteps = Stride.Parse(text).Timesteps(T) }));
        return 0;
    }
}
