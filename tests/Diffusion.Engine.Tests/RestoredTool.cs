using System.Diagnostics;
using System.Reflection;
using Xunit.Sdk;
using Xunit.v3;

[assembly: AssemblyFixture(typeof(Diffusion.Engine.Tests.RestoredTool))]
// The tool takes a processor, and libtorch in it the others.
[assembly: Parallelization(Mode = ParallelMode.None)]

namespace Diffusion.Engine.Tests;

/// <summary>The tool that the repository pins, restored.</summary>
public sealed class RestoredTool : IAsyncLifetime
{
    public static string Repository { get; } = typeof(RestoredTool).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().Single(attribute => attribute.Key == "Repository").Value!;

    public InteractiveTool Tool { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        using var restore = Process.Start(new ProcessStartInfo("dotnet", ["tool", "restore"])
        {
            WorkingDirectory = Repository,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var output = restore.StandardOutput.ReadToEndAsync();
        var error = await restore.StandardError.ReadToEndAsync();
        await restore.WaitForExitAsync();
        Assert.True(
            restore.ExitCode == 0,
            $"`dotnet tool restore` did not fetch what .config/dotnet-tools.json pins: {await output}{error}");
        Tool = InteractiveTool.Find();
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
