namespace Diffusion.Notebooks;

/// <summary>Writes executed notebooks as pages that read offline, from a folder or a web server alike.</summary>
public static class HtmlBook
{
    /// <summary>The name under which every page looks for plotly.js, beside itself.</summary>
    public const string PlotlyName = "plotly.min.js";

    private const string IndexName = "index.html";

    /// <summary>Writes a page a notebook and an index, each whole or not at all, and removes the pages of an earlier book.</summary>
    /// <param name="folder">Where to; created if need be.</param>
    /// <param name="title">The book's title.</param>
    /// <param name="introduction">Markdown that stands under the title; may be empty.</param>
    /// <param name="chapters">The notebooks in order.</param>
    /// <param name="plotly">The plotly.js to copy beside the pages, or <see langword="null"/> for none.</param>
    /// <returns>The path of the index.</returns>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public static string Write(string folder, string title, string introduction, IReadOnlyList<BookChapter> chapters, string? plotly = null)
    {
        Directory.CreateDirectory(folder);
        var hasPlotly = plotly is not null && File.Exists(plotly);
        if (hasPlotly)
        {
            AtomicFile.Copy(plotly!, Path.Combine(folder, PlotlyName));
        }

        var pages = chapters.ToDictionary(chapter => chapter.Notebook.Path, chapter => chapter.PageName);
        for (var i = 0; i < chapters.Count; i++)
        {
            var targets = new LinkTargets(Path.GetDirectoryName(chapters[i].Notebook.Path)!, folder, pages);
            var page = new ChapterPage(title, chapters, i, targets, hasPlotly);
            AtomicFile.WriteAllText(Path.Combine(folder, chapters[i].PageName), page.Render());
        }

        var index = Path.Combine(folder, IndexName);
        AtomicFile.WriteAllText(index, IndexPage.Render(title, introduction, chapters));
        foreach (var stale in Directory.GetFiles(folder, "*.html")
            .Where(path => Path.GetFileName(path) is var name && name != IndexName && !pages.ContainsValue(name)))
        {
            if (PageFrame.Wrote(stale))
            {
                File.Delete(stale);
            }
        }

        return index;
    }
}
