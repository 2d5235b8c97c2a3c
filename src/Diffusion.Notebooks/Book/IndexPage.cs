using System.Net;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>The page that lists the chapters.</summary>
internal static class IndexPage
{
    public static string Render(string title, IReadOnlyList<BookChapter> chapters, string folder)
    {
        var body = new StringBuilder();
        body.Append("<main class=\"index\">\n<h1>").Append(WebUtility.HtmlEncode(title)).Append("</h1>\n");
        var failed = chapters.Count(chapter => chapter.Failure is not null);
        if (failed > 0)
        {
            body.Append("<p class=\"failure\">").Append(failed).Append(" of ").Append(chapters.Count).Append(" notebooks failed.</p>\n");
        }

        body.Append("<ol class=\"chapters\">\n");
        foreach (var chapter in chapters)
        {
            var markdown = new MarkdownHtml(chapter.Notebook, folder);
            body.Append("<li><a href=\"").Append(WebUtility.HtmlEncode(Uri.EscapeDataString(chapter.PageName))).Append("\">")
                .Append(markdown.Inline(chapter.Notebook.Title)).Append("</a>");
            if (markdown.Summary() is { Length: > 0 } summary)
            {
                body.Append("<div class=\"summary\">").Append(summary).Append("</div>");
            }

            if (chapter.Failure is { } failure)
            {
                body.Append("<p class=\"failure\">Failed in ").Append(WebUtility.HtmlEncode(failure.ToString())).Append("</p>");
            }

            body.Append("</li>\n");
        }

        body.Append("</ol>\n</main>");
        return PageFrame.Render(title, body.ToString(), plotly: false);
    }
}
