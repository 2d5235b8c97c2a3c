using System.Diagnostics;

namespace Diffusion.Tests;

/// <summary>Programs that Ctrl+C reaches, even where this process ignores it as background jobs do: what it starts would too.</summary>
internal static class Interruptible
{
    /// <summary>Starts one in a folder; what it prints is read by the test.</summary>
    public static Process Start(string folder, string program, params IEnumerable<string> arguments)
    {
        string[] line = OperatingSystem.IsLinux() ? ["env", "--default-signal=INT", program, .. arguments] : [program, .. arguments];
        return Process.Start(new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
    }
}
