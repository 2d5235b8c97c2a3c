using System.Globalization;
using System.Net;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>The page of one notebook.</summary>
internal sealed class ChapterPage(string bookTitle, IReadOnlyList<BookChapter> chapters, int position, LinkTargets targets, bool plotly)
{
    private readonly BookChapter chapter = chapters[position];

    public string Render()
    {
        var markdown = new MarkdownHtml(targets);
        var cells = new StringBuilder();
        foreach (var cell in chapter.Notebook.Cells)
        {
            cells.Append(
                CultureInfo.InvariantCulture,
                $"<section class=\"cell {cell.Kind.ToString().ToLowerInvariant()}\" id=\"cell-{cell.Number}\">\n");
            switch (cell.Kind)
            {
                case CellKind.Markdown:
                    cells.Append(markdown.Cell(cell));
                    break;
                case CellKind.Code:
                    AppendCode(cells, cell);
                    break;
                default:
                    cells.Append("<pre class=\"raw\">").Append(WebUtility.HtmlEncode(cell.Source)).Append("</pre>\n");
                    break;
            }

            cells.Append("</section>\n");
        }

        var text = cells.ToString();
        var title = PlainTitle(chapter.Notebook.Title);
        return PageFrame.Render($"{title} · {bookTitle}", $"""
            <a class="skip" href="#text">Skip to the text</a>
            <div class="page">
            <nav class="contents" aria-label="Contents"><details open>
            <summary><span>Contents</span> {MarkdownHtml.Inline(chapter.Notebook.Title)}</summary>
            <div class="list">
            <a class="home" href="index.html">{WebUtility.HtmlEncode(bookTitle)}</a>
            {Contents(markdown.Headings)}
            </div></details></nav>
            <main id="text">
            {(markdown.Headings.Any(heading => heading.Level == 1) ? "" : $"<h1>{WebUtility.HtmlEncode(title)}</h1>")}
            {Banner()}
            {text}
            {Steps()}
            </main>
            </div>
            """, plotly && text.Contains("Plotly", StringComparison.Ordinal));
    }

    private static string PlainTitle(string title) =>
        title.Replace("$", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal);

    private void AppendCode(StringBuilder html, NotebookCell cell)
    {
        if (!string.IsNullOrWhiteSpace(cell.Source))
        {
            var note = cell.Language == Languages.CSharp ? "" : cell.Language + ", not executed here";
            int? failedLine = chapter.Failure?.Cell == cell.Number ? chapter.Failure.Line : null;
            html.Append(SourceHtml.Render(cell.Source, cell.Language, note, failedLine)).Append('\n');
        }

        foreach (var output in cell.Outputs)
        {
            html.Append(OutputHtml.Render(output, cell.Number));
        }
    }

    private string Contents(IReadOnlyList<Heading> headings)
    {
        var html = new StringBuilder("<ol class=\"chapters\">\n");
        foreach (var chapter in chapters)
        {
            var title = MarkdownHtml.Inline(chapter.Notebook.Title);
            if (chapter != this.chapter)
            {
                html.Append("<li><a href=\"").Append(chapter.Url).Append("\">").Append(title).Append("</a></li>\n");
                continue;
            }

            html.Append("<li><a href=\"#text\" aria-current=\"page\">").Append(title).Append("</a>\n<ul>\n");
            foreach (var heading in headings.Where(heading => heading.Level is 2 or 3))
            {
                html.Append(
                    CultureInfo.InvariantCulture,
                    $"<li class=\"level-{heading.Level}\"><a href=\"#{heading.Id}\">{heading.Html}</a></li>\n");
            }

            html.Append("</ul></li>\n");
        }

        return html.Append("</ol>").ToString().Replace("<ul>\n</ul>", "", StringComparison.Ordinal);
    }

    private string Banner() => chapter.Failure switch
    {
        null => "",
        { Cell: 0 } failure => $"<p class=\"failure\">This notebook was not executed: {WebUtility.HtmlEncode(failure.Message)}</p>",
        var failure => $"<p class=\"failure\">This notebook stopped in <a href=\"#cell-{failure.Cell}\">"
            + $"{WebUtility.HtmlEncode(failure.ToString())}</a>. The cells after it were not executed.</p>",
    };

    private string Steps()
    {
        var html = new StringBuilder("<nav class=\"steps\" aria-label=\"Previous and next\">");
        Append(position - 1, "prev", "Previous");
        Append(position + 1, "next", "Next");
        return html.Append("</nav>").ToString();

        void Append(int index, string relation, string name)
        {
            if (index >= 0 && index < chapters.Count)
            {
                html.Append(CultureInfo.InvariantCulture, $"<a rel=\"{relation}\" href=\"{chapters[index].Url}\"><span>{name}</span> ")
                    .Append(MarkdownHtml.Inline(chapters[index].Notebook.Title)).Append("</a>");
            }
        }
    }
}
