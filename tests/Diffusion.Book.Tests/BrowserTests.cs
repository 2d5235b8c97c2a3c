using Deque.AxeCore.Commons;
using Deque.AxeCore.Playwright;
using Microsoft.Playwright;

namespace Diffusion.Book.Tests;

/// <summary>Every page as a reader opens it: from the file system, offline, light and dark, on a phone and on a wide screen.</summary>
public sealed class BrowserTests(WrittenBook book)
{
    private static readonly string[] Pages = [.. Directory.GetFiles(Notebooks(), "*.ipynb").Select(Path.GetFileNameWithoutExtension).Order().Prepend("index")!];

    public static TheoryData<string, int, bool> Views { get; } =
        [.. from page in Pages from width in new[] { 400, 1400 } from dark in new[] { false, true } select (page, width, dark)];

    [Theory]
    [MemberData(nameof(Views))]
    public async Task A_page_is_drawn_whole_offline_and_accessible(string name, int width, bool dark)
    {
        IPage page = await book.OpenAsync(width, dark);
        await using IBrowserContext context = page.Context;
        var faults = new List<string>();
        page.Console += (_, message) => faults.AddRange(message.Type is "error" or "warning" ? [$"console: {message.Text}"] : []);
        page.PageError += (_, error) => faults.Add($"error: {error}");
        page.Request += (_, request) => faults.AddRange(new Uri(request.Url).Scheme is "file" or "data" or "blob" ? [] : [$"request: {request.Url}"]);

        await page.GotoAsync(new Uri(Path.Combine(WrittenBook.Folder, name + ".html")).AbsoluteUri);
        await page.WaitForFunctionAsync("""
            () => [...document.querySelectorAll("[data-figure]")].every(figure => figure.ran)
              && [...document.querySelectorAll("[data-figure] *")].filter(part => part.figure).every(chart => chart.querySelector(".main-svg"))
            """);
        int charts = await page.Locator(".main-svg").CountAsync();
        Assert.True(name == "index" || charts > 0, "No chart was drawn.");
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"),
            "The page is wider than the window: " + await page.EvaluateAsync<string>("""
            [...document.querySelectorAll("body *")].filter(e => e.getBoundingClientRect().right > innerWidth + 1 && !e.closest("pre, .wide, table, svg"))
              .slice(0, 3).map(e => e.outerHTML.slice(0, 200)).join("\n")
            """));
        Assert.Equal("", await page.EvaluateAsync<string>(EverySliderMoves));

        AxeResult axe = await page.RunAxe(new AxeRunOptions { RunOnly = new RunOnlyOptions { Type = "tag", Values = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"] } });
        faults.AddRange(axe.Violations.Where(violation => violation.Impact is "serious" or "critical")
            .Select(violation => $"{violation.Id}: {violation.Help}, {violation.Nodes.Length} times, first {violation.Nodes[0].Html}"));
        Assert.Empty(faults);
    }

    [Fact]
    public void Every_link_of_the_book_leads_to_a_file_or_to_the_web()
    {
        foreach (string page in Pages)
        {
            string html = File.ReadAllText(Path.Combine(WrittenBook.Folder, page + ".html"));
            foreach (string link in html.Split("href=\"").Skip(1).Select(rest => rest[..rest.IndexOf('"')]))
            {
                string file = link.Split('#')[0], section = link.Split('#').ElementAtOrDefault(1) ?? "";
                bool leads = link.StartsWith("https://", StringComparison.Ordinal) || link.StartsWith("data:", StringComparison.Ordinal)
                    || HasSection(file.Length == 0 ? page + ".html" : Uri.UnescapeDataString(file), Uri.UnescapeDataString(section));
                Assert.True(leads, $"{page}: {link}");
            }
        }
    }

    [Fact]
    public void The_book_is_below_10_MB() =>
        Assert.InRange(new DirectoryInfo(WrittenBook.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, 10_000_000);

    /// <summary>Moves each slider to its other end; returns those that showed the same label or the same picture then.</summary>
    private const string EverySliderMoves = """
        [...document.querySelectorAll("input[type=range]")].map((range, i) => {
          const figure = range.closest(".diffusion-figure"), plot = figure.querySelector("[data-plot]");
          const label = () => figure.querySelector("output").textContent;
          const picture = () => plot ? plot.figure : [...figure.querySelectorAll("[data-frame]")].findIndex(frame => frame.style.display !== "none");
          const before = [label(), picture()];
          range.value = range.value === range.min ? range.max : range.min;
          range.dispatchEvent(new Event("input"));
          return label() === before[0] || picture() === before[1] ? `slider ${i}` : "";
        }).filter(text => text).join()
        """;

    private static bool HasSection(string file, string section)
    {
        string path = Path.Combine(WrittenBook.Folder, file);
        return File.Exists(path) && (section.Length == 0 || File.ReadAllText(path).Contains($"id=\"{section}\"", StringComparison.Ordinal));
    }

    private static string Notebooks() => Path.GetFullPath(Path.Combine(WrittenBook.Folder, "..", "..", "notebooks"));
}
