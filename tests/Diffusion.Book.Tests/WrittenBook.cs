using System.Diagnostics;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Diffusion.Book.Tests.WrittenBook))]

namespace Diffusion.Book.Tests;

/// <summary>
/// The book in artifacts/book, brought up to date as the first command does it (nothing is executed if it was run before),
/// and a browser whose network is off.
/// </summary>
public sealed class WrittenBook : IAsyncLifetime
{
    private static readonly string[] BrowserNames = ["chromium", "chromium-browser", "google-chrome", "chrome"];

    private IPlaywright? playwright;
    private IBrowser? browser;

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

        if (Browser() is { } path)
        {
            playwright = await Playwright.CreateAsync();
            browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = path, Args = ["--no-sandbox"] });
        }
    }

    /// <summary>A page of a width, light or dark, that cannot reach any network.</summary>
    public async Task<IPage> OpenAsync(int width, bool dark)
    {
        if (browser is null)
        {
            Assert.Skip($"No browser is on the path ({string.Join(", ", BrowserNames)}), so the book was not opened in one.");
        }

        IBrowserContext context = await browser.NewContextAsync(new()
        {
            ViewportSize = new() { Width = width, Height = 900 },
            ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            Offline = true,
        });
        return await context.NewPageAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        playwright?.Dispose();
    }

    private static string? Browser() => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
        .SelectMany(folder => BrowserNames.SelectMany(name => new[] { Path.Combine(folder, name), Path.Combine(folder, name + ".exe") }))
        .FirstOrDefault(File.Exists);

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
