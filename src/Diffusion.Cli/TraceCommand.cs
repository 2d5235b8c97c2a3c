using System.CommandLine;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Cli;

/// <summary><c>ddm trace</c>: every term of every step of a run, as JSON.</summary>
internal static class TraceCommand
{
    private const string About = "Runs a sampler on a Gaussian mixture with the exact denoiser and writes every term of every step.";

    public static Command Create()
    {
        var input = new Option<string>("--input") { Description = "The request, a JSON file.", Required = true };
        var output = new Option<string>("--output") { Description = "The JSON file to write.", Required = true };
        var command = new Command("trace", About) { input, output };
        command.SetAction(parsed => Refusal.Of(() => Run(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output))));
        return command;
    }

    private static int Run(string input, string output)
    {
        Require(Directory.Exists(Path.GetDirectoryName(Path.GetFullPath(output))), "--output", output, "a file in a folder that exists");
        Output.RequireFile("--output", output);
        TraceRequest request = TraceRequest.Parse(JsonReading.ReadText("--input", input));
        using var line = new ProgressLine();
        int steps = request.Sampler.Timesteps.Count;
        AtomicFile.Write(output, stream => Trace.Write(request, stream, step => line.Show($"step {step} of {steps}")));
        return 0;
    }
}
