using System.Globalization;
using System.Net;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>The page of one notebook.</summary>
internal sealed class ChapterPage(string bookTitle, IReadOnlyList<BookChapter> chapters, int position, string folder, bool plotly)
{
    public string Render()
    {
        var chapter = chapters[position];
        var notebook = chapter.Notebook;
        var markdown = new MarkdownHtml(notebook, folder);
        var cells = new StringBuilder();
        foreach (var cell in notebook.Cells)
        {
            cells.Append(CultureInfo.InvariantCulture, $"<section class=\"cell {cell.Kind.ToString().ToLowerInvariant()}\" id=\"cell-{cell.Number}\">\n");
            switch (cell.Kind)
            {
                case CellKind.Markdown:
                    cells.Append(markdown.Cell(cell));
                    break;
                case CellKind.Code:
                    AppendCode(cells, cell);
                    foreach (var output in cell.Outputs)
                    {
                        cells.Append(OutputHtml.Render(output, cell.Number));
                    }

                    break;
                default:
                    cells.Append("<pre class=\"raw\">").Append(WebUtility.HtmlEncode(cell.Source)).Append("</pre>\n");
                    break;
            }

            cells.Append("</section>\n");
        }

        var steps = Steps();
        var title = PlainTitle(notebook.Title);
        return PageFrame.Render($"{title} · {bookTitle}", $"""
            <a class="skip" href="#text">Skip to the text</a>
            <div class="page">
            <nav class="contents" aria-label="Contents"><details open><summary>Contents</summary>
            <a class="home" href="index.html">{WebUtility.HtmlEncode(bookTitle)}</a>
            {Contents(markdown.Headings)}
            </details></nav>
            <main id="text">
            {steps}
            {Banner(chapter)}
            {cells}
            {steps}
            </main>
            </div>
            """, plotly && cells.ToString().Contains("Plotly", StringComparison.Ordinal));
    }

    private static string PlainTitle(string title) => title.Replace("$", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private static void AppendCode(StringBuilder html, NotebookCell cell)
    {
        if (string.IsNullOrWhiteSpace(cell.Source))
        {
            return;
        }

        var language = cell.Language;
        html.Append("<div class=\"source\">");
        if (language != Languages.CSharp)
        {
            html.Append("<span class=\"language\">").Append(WebUtility.HtmlEncode(language)).Append(", not executed</span>");
        }

        html.Append("<pre><code>")
            .Append(language == Languages.CSharp ? CSharpHighlighter.Highlight(cell.Source.TrimEnd()) : WebUtility.HtmlEncode(cell.Source.TrimEnd()))
            .Append("</code></pre></div>\n");
    }

    private static string Contents(IReadOnlyList<Heading> headings)
    {
        var html = new StringBuilder("<ul>\n");
        foreach (var heading in headings.Where(heading => heading.Level <= 3))
        {
            html.Append(CultureInfo.InvariantCulture, $"<li class=\"level-{heading.Level}\"><a href=\"#{heading.Id}\">{heading.Html}</a></li>\n");
        }

        return html.Append("</ul>").ToString();
    }

    private static string Banner(BookChapter chapter) => chapter.Failure is { } failure
        ? $"<p class=\"failure\">This notebook stopped in <a href=\"#cell-{Math.Max(1, failure.Cell)}\">{WebUtility.HtmlEncode(failure.ToString())}</a></p>"
        : "";

    private string Steps()
    {
        var html = new StringBuilder("<nav class=\"steps\" aria-label=\"Chapters\">");
        Append(position - 1, "previous", "← ", "");
        Append(position + 1, "next", "", " →");
        return html.Append("</nav>").ToString();

        void Append(int index, string relation, string before, string after)
        {
            if (index >= 0 && index < chapters.Count)
            {
                html.Append(CultureInfo.InvariantCulture, $"<a rel=\"{relation}\" href=\"{WebUtility.HtmlEncode(Uri.EscapeDataString(chapters[index].PageName))}\">")
                    .Append(before).Append(new MarkdownHtml(chapters[index].Notebook, folder).Inline(chapters[index].Notebook.Title)).Append(after).Append("</a>");
            }
            else
            {
                html.Append("<span></span>");
            }
        }
    }
}
