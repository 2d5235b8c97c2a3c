using System.Diagnostics;

namespace Diffusion.Notebooks;

/// <summary>.NET Interactive's own tool, which executes what the kit's engine does not: other languages and magic commands.</summary>
public sealed class InteractiveTool
{
    /// <summary>The tool's command.</summary>
    public const string Name = "dotnet-interactive";

    private readonly string folder;
    private readonly string[] command;

    private InteractiveTool(string folder, params string[] command) => (this.folder, this.command) = (folder, command);

    /// <summary>Finds the tool that a repository pins, around the current folder or this program, or else one on the path.</summary>
    /// <returns>The tool.</returns>
    /// <exception cref="FileNotFoundException">It is nowhere.</exception>
    public static InteractiveTool Find() =>
        new[] { Environment.CurrentDirectory, AppContext.BaseDirectory }
            .Select(folder => new InteractiveTool(folder, DotNetHost.Path, "tool", "run", Name, "--"))
            .Concat((Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
                .Select(folder => Path.Combine(folder, OperatingSystem.IsWindows() ? Name + ".exe" : Name))
                .Where(File.Exists)
                .Select(file => new InteractiveTool(Environment.CurrentDirectory, file)))
            .FirstOrDefault(tool => tool.Starts())
        ?? throw new FileNotFoundException($"{Name} is not installed: `dotnet tool restore` at the top of the repository fetches it.");

    internal Process Start(params IEnumerable<string> arguments)
    {
        var start = EngineProcess.StartInfo(folder, [.. command, .. arguments]);
        start.Environment["DOTNET_INTERACTIVE_CLI_TELEMETRY_OPTOUT"] = "1";
        start.Environment["DOTNET_NOLOGO"] = "1";
        return Process.Start(start)!;
    }

    private bool Starts()
    {
        using var process = Start("--version");
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
