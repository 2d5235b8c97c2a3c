using System.Diagnostics;

namespace Diffusion.Engine.Tests;

/// <summary>The packages as `dotnet pack` makes them, by a version that no other run has: NuGet keeps what it once unpacked.</summary>
public sealed class PackedKit : IAsyncLifetime
{
    private static readonly string[] Projects = ["Diffusion.Evaluation", "Diffusion.Plots.Extension", "Diffusion.Cli"];

    /// <summary>An empty folder outside of the repository, for what a test makes.</summary>
    public string Folder { get; } = Directory.CreateTempSubdirectory("ddm-packages-").FullName;

    public string Packages => Path.Combine(Folder, "packages");

    public string Version { get; } = $"0.0.1-test.{Guid.NewGuid():n}";

    public async ValueTask InitializeAsync()
    {
        foreach (var project in Projects)
        {
            await RunAsync(RestoredTool.Repository, "dotnet", "pack", Path.Combine("src", project), "-c", "Release", "--no-build",
                $"-p:PackageVersion={Version}", "-o", Packages);
        }
    }

    public ValueTask DisposeAsync()
    {
        Directory.Delete(Folder, recursive: true);
        var unpacked = Environment.GetEnvironmentVariable("NUGET_PACKAGES")
            ?? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".nuget", "packages");
        foreach (var name in new[] { "diffusion", "diffusion.plots", "ddm" })
        {
            var folder = Path.Combine(unpacked, name, Version);
            if (Directory.Exists(folder))
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>What a program prints that ends well.</summary>
    public static async Task<string> RunAsync(string folder, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            WorkingDirectory = folder,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}\n{await output}{error}");
        return await output;
    }
}
