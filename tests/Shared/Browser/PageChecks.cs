using Deque.AxeCore.Commons;
using Microsoft.Playwright;

namespace Diffusion.Tests;

/// <summary>What holds for every page that a reader opens.</summary>
internal static class PageChecks
{
    private static readonly string Axe = new BundledAxeScriptProvider().GetScript();

    /// <summary>Nothing is wider than the window; what is, stands in the message.</summary>
    public static async Task AssertFitsAsync(this IPage page) =>
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            "The page is wider than the window: " + await page.EvaluateAsync<string>("""
            [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .wide, table, svg"))
              .slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join("\n")
            """));

    /// <summary>
    /// Serious and critical faults of accessibility by WCAG 2.1 A and AA. Of a page whose other views are seen too, <paramref name="view"/>
    /// asks only what a width or a colour scheme decides: most rules read the same elements again.
    /// </summary>
    public static async Task<IEnumerable<string>> SeriousFaultsAsync(this IPage page, bool view = false)
    {
        await page.EvaluateAsync(Axe);
        return await page.EvaluateAsync<string[]>("""
            async view => {
              const runOnly = view
                ? { type: "rule", values: ["color-contrast", "scrollable-region-focusable"] }
                : { type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] };
              const { violations } = await axe.run({ runOnly, resultTypes: ["violations"] });
              return violations.filter(fault => ["serious", "critical"].includes(fault.impact))
                .map(fault => `${fault.id}: ${fault.help}, ${fault.nodes.length} times, first ${fault.nodes[0].html}`);
            }
            """, view);
    }
}
