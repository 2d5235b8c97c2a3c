using System.CommandLine;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Cli;

/// <summary><c>ddm trace</c>: every term of every step of a run, as JSON.</summary>
internal static class TraceCommand
{
    private const string About = "Runs a sampler on a Gaussian mixture with the exact denoiser and writes every term of every step.";

    public static Command Create()
    {
        var input = new Option<FileInfo>("--input") { Description = "The request, a JSON file.", Required = true };
        var output = new Option<FileInfo>("--output") { Description = "The JSON file to write.", Required = true };
        var command = new Command("trace", About) { input, output };
        command.SetAction(parsed => Refusal.Of(() => Run(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output))));
        return command;
    }

    private static int Run(FileInfo input, FileInfo output)
    {
        Require(input.Exists, "--input", input.FullName, "a file that exists");
        Require(output.Directory is { Exists: true }, "--output", output.FullName, "a file in a folder that exists");
        TraceRequest request = TraceRequest.Parse(File.ReadAllText(input.FullName));
        AtomicFile.Write(output.FullName, stream => Trace.Write(request, stream));
        return 0;
    }
}
