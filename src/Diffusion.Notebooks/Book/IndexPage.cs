using System.Globalization;
using System.Net;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>The page that invites to the chapters.</summary>
internal static class IndexPage
{
    public static string Render(string title, string introduction, IReadOnlyList<BookChapter> chapters)
    {
        var body = new StringBuilder();
        body.Append("<main class=\"index\">\n<header>\n<h1>").Append(WebUtility.HtmlEncode(title))
            .Append("</h1>\n<div class=\"introduction\">")
            .Append(MarkdownHtml.Fragment(introduction)).Append("</div>\n</header>\n");
        var failed = chapters.Count(chapter => chapter.Failure is not null);
        if (failed > 0)
        {
            body.Append(CultureInfo.InvariantCulture, $"<p class=\"failure\">{failed} of {chapters.Count} notebooks failed.</p>\n");
        }

        body.Append("<ol class=\"cards\">\n");
        foreach (var chapter in chapters)
        {
            body.Append("<li>").Append(CoverPicture.Of(chapter.Notebook)).Append("\n<div><h2><a href=\"").Append(chapter.Url).Append("\">")
                .Append(MarkdownHtml.Inline(chapter.Notebook.Title)).Append("</a></h2>\n<p>")
                .Append(MarkdownHtml.Summary(chapter.Notebook)).Append("</p>");
            if (chapter.Failure is { } failure)
            {
                var what = failure.Cell == 0 ? failure.Message : $"Failed in {failure}";
                body.Append("<p class=\"failure\">").Append(WebUtility.HtmlEncode(what)).Append("</p>");
            }

            body.Append("</div></li>\n");
        }

        body.Append("</ol>\n</main>");
        return PageFrame.Render(title, body.ToString(), plotly: false);
    }
}
