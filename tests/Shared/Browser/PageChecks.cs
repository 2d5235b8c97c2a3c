using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Diffusion.Tests;

/// <summary>What holds for every page that a reader opens.</summary>
internal static class PageChecks
{
    /// <summary>Nothing is wider than the window; what is, stands in the message.</summary>
    public static async Task AssertFitsAsync(this IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            "The page is wider than the window: " + await page.EvaluateAsync<string>("""
            [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .wide, table, svg"))
              .slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join("\n")
            """));

    /// <summary>Serious and critical faults of accessibility by WCAG 2.1 A and AA.</summary>
    public static async Task<IEnumerable<string>> SeriousFaultsAsync(this IPage page)
    {
        AxeResult axe = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } });
        return axe.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help}, {violation.Nodes.Length} times, first {violation.Nodes[0].Html}");
    }
}
