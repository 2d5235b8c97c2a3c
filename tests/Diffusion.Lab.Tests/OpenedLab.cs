using Diffusion.Tests;
using Microsoft.Playwright;

[assembly: AssemblyFixture(typeof(Diffusion.Lab.Tests.OpenedLab))]

namespace Diffusion.Lab.Tests;

/// <summary>A laboratory on a free port, and a browser before it.</summary>
public sealed class OpenedLab : IAsyncLifetime
{
    private LabServer? server;
    private Chromium? browser;

    public Uri Address => server!.Address;

    public async ValueTask InitializeAsync()
    {
        server = await LabServer.StartAsync(checkpoint: null, port: 0);
        browser = await Chromium.StartAsync();
    }

    /// <summary>A page with a state in its address, when its answer is there.</summary>
    public async Task<IPage> OpenAsync(string state, int width = 1400, bool dark = false)
    {
        IPage page = await BlankAsync(width, dark);
        await page.GotoAsync($"{Address}#{state}");
        await page.AnsweredAsync();
        return page;
    }

    /// <summary>A page that has gone nowhere yet.</summary>
    public async Task<IPage> BlankAsync(int width = 1400, bool dark = false)
    {
        if (browser is null)
        {
            Assert.Skip($"No browser is on the path ({string.Join(", ", Chromium.Names)}), so the laboratory was not opened in one.");
        }

        return await browser.OpenAsync(width, dark);
    }

    public async ValueTask DisposeAsync()
    {
        if (browser is not null)
        {
            await browser.DisposeAsync();
        }

        await server!.DisposeAsync();
    }
}
