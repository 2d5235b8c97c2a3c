using System.CommandLine;
using Diffusion.Tracing;

namespace Diffusion.Cli;

/// <summary><c>ddm trace</c>: every term of every step of a run, as JSON.</summary>
internal static class TraceCommand
{
    public static Command Create()
    {
        var input = new Option<FileInfo>("--input") { Description = "The request, a JSON file.", Required = true };
        var output = new Option<FileInfo>("--output") { Description = "The JSON file to write.", Required = true };
        var command = new Command("trace", "Runs a sampler on a Gaussian mixture with the exact denoiser and writes every term of every step.")
        {
            input, output,
        };
        command.SetAction(parsed => BadInput.Report(() => Run(parsed.GetRequiredValue(input), parsed.GetRequiredValue(output))));
        return command;
    }

    private static int Run(FileInfo input, FileInfo output)
    {
        if (!input.Exists)
        {
            throw new InvalidInputException("--input", input.FullName, "a file that exists");
        }

        if (output.Directory is not { Exists: true })
        {
            throw new InvalidInputException("--output", output.FullName, "a file in a folder that exists");
        }

        TraceRequest request = TraceRequest.Parse(File.ReadAllText(input.FullName));
        string temporary = $"{output.FullName}.{Environment.ProcessId}.tmp";
        try
        {
            using (FileStream stream = File.Create(temporary))
            {
                Trace.Write(request, stream);
            }

            File.Move(temporary, output.FullName, overwrite: true);
        }
        finally
        {
            File.Delete(temporary);
        }

        return 0;
    }
}
