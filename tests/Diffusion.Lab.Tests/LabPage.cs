using Microsoft.Playwright;

namespace Diffusion.Lab.Tests;

/// <summary>The laboratory's page by the names of its parts.</summary>
internal static class LabPage
{
    /// <summary>Waits until the newest choice is answered, distances and all.</summary>
    public static Task AnsweredAsync(this IPage page) =>
        page.WaitForFunctionAsync("() => document.querySelector('#verdict').getAttribute('aria-busy') === 'false'");

    public static ILocator Mark(this IPage page, int place) => page.Locator($".marks [role=slider]:nth-child({place})");

    /// <summary>The timesteps where marks stand, with commas.</summary>
    public static Task<string> MarksAsync(this IPage page) =>
        page.EvaluateAsync<string>("[...document.querySelectorAll('.marks [role=slider]')].map(mark => mark.getAttribute('aria-valuenow')).join()");

    /// <summary>B's distance as it is shown.</summary>
    public static Task<string> DistanceAsync(this IPage page) => page.InnerTextAsync(".bar.b .number");

    public static Task<string> SentenceAsync(this IPage page) => page.InnerTextAsync(".sentence");

    public static Task<string> FaultAsync(this IPage page) => page.Locator("#fault").TextContentAsync()!;

    /// <summary>What the address says under a key.</summary>
    public static string Key(this IPage page, string key) => new Uri(page.Url).Fragment[1..].Split('&')
        .Select(pair => pair.Split('=', 2)).Where(pair => pair[0] == key).Select(pair => Uri.UnescapeDataString(pair[1])).Single();

    /// <summary>Drags with the mouse, in several moves, and waits for the answer.</summary>
    public static async Task DragAsync(this IPage page, ILocator handle, float x, float y)
    {
        LocatorBoundingBoxResult box = (await handle.Locator(".handle").BoundingBoxAsync())!;
        float fromX = box.X + box.Width / 2, fromY = box.Y + box.Height / 2;
        await page.Mouse.MoveAsync(fromX, fromY);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(fromX + x, fromY + y, new() { Steps = 10 });
        await page.Mouse.UpAsync();
        await page.AnsweredAsync();
    }
}
