using System.Diagnostics;
using Diffusion.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Diffusion.Book.Tests.WrittenBook))]

namespace Diffusion.Book.Tests;

/// <summary>
/// The book in artifacts/book, brought up to date as the first command does it (nothing is executed if it was run before),
/// and a browser whose network is off.
/// </summary>
public sealed class WrittenBook : IAsyncLifetime
{
    private Chromium? browser;

    public static string Folder { get; } = Path.Combine(Home(), "artifacts", "book");

    public async ValueTask InitializeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "ddm.dll"), "book"])
        {
            WorkingDirectory = Home(),
            RedirectStandardOutput = true,
        };
        using Process process = Process.Start(start)!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, output);

        browser = await Chromium.StartAsync();
    }

    /// <summary>A page of a width, light or dark, that cannot reach any network.</summary>
    public async Task<IPage> OpenAsync(int width, bool dark)
    {
        if (browser is null)
        {
            Assert.Skip($"No browser is on the path ({string.Join(", ", Chromium.Names)}), so the book was not opened in one.");
        }

        return await browser.OpenAsync(width, dark, offline: true);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }
    }

    private static string Home()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Diffusion.Notebooks.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        }

        return folder.FullName;
    }
}
