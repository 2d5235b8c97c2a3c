using Diffusion.Notebooks;
using Diffusion.Plots;
using Diffusion.Tests;
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
        int shown = await page.Locator(".main-svg, .output img").CountAsync();
        Assert.True(name == "index" || shown > 0, "No chart or picture was drawn.");
        await page.AssertFitsAsync();
        Assert.Equal("", await page.EvaluateAsync<string>(EverySliderMoves));

        faults.AddRange(await page.SeriousFaultsAsync(view: width != 1400 || dark));
        Assert.Empty(faults);
    }

    [Fact]
    public async Task What_the_accessibility_rules_are_for_they_find()
    {
        IPage page = await book.OpenAsync(1400, dark: false);
        await using IBrowserContext context = page.Context;
        await page.SetContentAsync("<html lang=en><title>T</title><img src='data:,'><p style='color: #ccc; background: #fff'>pale</p>");

        string[] all = [.. await page.SeriousFaultsAsync()], view = [.. await page.SeriousFaultsAsync(view: true)];

        Assert.Equal(["color-contrast", "image-alt"], all.Select(fault => fault.Split(':')[0]).Order());
        Assert.Equal(["color-contrast"], view.Select(fault => fault.Split(':')[0]));
    }

    [Theory]
    [InlineData(800)]
    [InlineData(400)]
    public async Task Tables_side_by_side_have_the_width_that_they_need_or_scroll_in_a_line_of_their_own(int width)
    {
        IPage page = await book.OpenAsync(width, dark: false);
        await using IBrowserContext context = page.Context;
        string[] header = ["schedule", "stride", "calls", "distance", "seconds", "standard error", "interval", "samples"];
        Figure table = Figures.Table("Table", header, [.. Enumerable.Range(0, 3).Select(_ => header)]);
        Figure narrow = Figures.Table("Narrow", ["T"], [[1]]);
        string wideRow = Figures.Row("", table, table).ToHtmlFragment(), narrowRow = Figures.Row("", narrow, narrow).ToHtmlFragment();

        await page.SetContentAsync($"<div id=\"wide\">{wideRow}</div>{narrowRow}");

        double[] left = await page.EvaluateAsync<double[]>("""
            [...document.querySelectorAll("table")].map(table => table.getBoundingClientRect().left)
            """);
        Assert.Equal(left[0], left[1]);
        Assert.Equal(width == 800, left[2] < left[3]);
        int[] hidden = await page.EvaluateAsync<int[]>("""
            [...document.querySelectorAll('#wide table')].map(table => table.parentElement.scrollWidth - table.parentElement.clientWidth)
            """);
        Assert.All(hidden, pixels => Assert.Equal(width == 400, pixels > 0));
        await page.AssertFitsAsync();
    }

    [Fact]
    public async Task Nothing_runs_that_stands_in_Markdown_and_an_outputs_script_does()
    {
        IPage page = await book.OpenAsync(1400, dark: false);
        await using IBrowserContext context = page.Context;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("diffusion-book-");
        try
        {
            string notebook = Path.Combine(folder.FullName, "n.ipynb");
            File.WriteAllText(notebook, Hostile);
            HtmlBook.Write(folder.FullName, "T", "", [new BookChapter(Notebook.Load(notebook), null)]);
            foreach (string name in new[] { "index.html", "n.html" })
            {
                await page.GotoAsync(new Uri(Path.Combine(folder.FullName, name)).AbsoluteUri);
                // A link to another page is not followed: the page would be gone before it is asked what ran in it.
                await page.EvaluateAsync("""
                    document.addEventListener("click", event =>
                        /^(https?|file|mailto):$/.test(event.target.closest("a")?.protocol) && event.preventDefault())
                    """);
                foreach (IElementHandle link in await page.QuerySelectorAllAsync("main p a, main h1 a, details"))
                {
                    await link.DispatchEventAsync("click");
                }

                Assert.Equal("none", await page.EvaluateAsync<string>("window.markdown ?? 'none'"));
                Assert.True(await page.Locator("h1").First.IsVisibleAsync());
            }

            Assert.True(await page.EvaluateAsync<bool>("window.output"));
            Assert.Equal(1, await page.Locator("main math mfrac").CountAsync());
        }
        finally
        {
            folder.Delete(recursive: true);
        }
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
    public void The_book_is_below_15_MB() =>
        Assert.InRange(new DirectoryInfo(WrittenBook.Folder).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length), 1, 15_000_000);

    /// <summary>Moves each slider to its other end; returns those that showed the same label or the same picture then.</summary>
    private const string EverySliderMoves = """
        [...document.querySelectorAll("input[type=range]")].map((range, i) => {
          const figure = range.closest(".diffusion-figure"), plot = figure.querySelector("[data-plot]");
          const label = () => range.closest("[data-controls]").querySelector("output").textContent;
          const picture = () => plot ? plot.figure : [...figure.querySelectorAll("[data-frame]")].findIndex(frame => frame.style.display !== "none");
          const before = [label(), picture()];
          range.value = range.value === range.min ? range.max : range.min;
          range.dispatchEvent(new Event("input"));
          return label() === before[0] || picture() === before[1] ? `slider ${i}` : "";
        }).filter(text => text).join()
        """;

    private const string Hostile = """
        {"nbformat":4,"nbformat_minor":5,"metadata":{},"cells":[
         {"cell_type":"markdown","id":"a","metadata":{},"source":[
          "# T <img src=x onerror=\"markdown=1\"> <script>markdown=2</script> $\\frac12$\n\n",
          "Text <b onclick=\"markdown=3\">b</b> [l](javascript:markdown=4) <a href=\"java&#9;script:markdown=5\">m</a>. More.\n\n",
          "<script>markdown=6</script>\n\n<style>* { display: none }</style>\n\n<svg onload=\"markdown=7\"><script>markdown=8</script></svg>\n\n",
          "<details ontoggle=\"markdown=9\" open><summary>s</summary>\n\n- [ ] <img src=\"data:image/png;base64,AA\" onerror=\"markdown=10\">\n\n</details>\n\n",
          "|a|\n|-|\n|<iframe srcdoc=\"<script>parent.markdown=11</script>\"></iframe>|\n\n<meta http-equiv=\"refresh\" content=\"0;url=about:blank\">\n\n",
          "<math><mtext><table><mglyph><style><!--</style><img title=\"--&gt;&lt;img src=1 onerror=markdown=12&gt;\">"]},
         {"cell_type":"code","id":"b","execution_count":1,"metadata":{},"source":"","outputs":[
          {"output_type":"display_data","metadata":{},"data":{"text/html":"<script>output = true</script>"}}]}]}
        """;

    private static bool HasSection(string file, string section)
    {
        string path = Path.Combine(WrittenBook.Folder, file);
        return File.Exists(path) && (section.Length == 0 || File.ReadAllText(path).Contains($"id=\"{section}\"", StringComparison.Ordinal));
    }

    private static string Notebooks() => Path.GetFullPath(Path.Combine(WrittenBook.Folder, "..", "..", "notebooks"));
}
