using System.Diagnostics;

namespace Diffusion.Runtime.Tests;

/// <summary>Loading happens once a process, so these start processes of their own.</summary>
public sealed class FreshProcessTests : IDisposable
{
    private readonly string cache = Directory.CreateTempSubdirectory("diffusion-tests-").FullName;

    public void Dispose() => Directory.Delete(cache, recursive: true);

    [Fact]
    public async Task Two_processes_may_start_with_an_empty_cache()
    {
        await Task.WhenAll(MakeTensor(cache), MakeTensor(cache));

        // Nothing is written where the system's C++ runtime is new enough.
        Assert.Equal(CxxRuntime.IsTooOld ? 1 : 0, Directory.GetFiles(cache, "*", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_does_no_harm()
    {
        var file = Path.Combine(cache, "a file, not a folder");
        await File.WriteAllTextAsync(file, "", TestContext.Current.CancellationToken);

        await MakeTensor(file);
    }

    private static async Task MakeTensor(string cache)
    {
        var test = $"{typeof(TorchRuntimeTests).FullName}.{nameof(TorchRuntimeTests.A_tensor_can_be_made)}";
        var start = new ProcessStartInfo("dotnet", [typeof(FreshProcessTests).Assembly.Location, "-method", test])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["XDG_CACHE_HOME"] = cache;
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        Assert.True(process.ExitCode == 0, await output + await errors);
    }
}
