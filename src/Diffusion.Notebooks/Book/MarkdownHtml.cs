using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using AngleSharp.Dom;
using AngleSharp.Html.Dom;
using Markdig;
using static System.Net.WebUtility;

namespace Diffusion.Notebooks;

/// <summary>A notebook's Markdown as HTML that needs nothing from elsewhere.</summary>
internal sealed partial class MarkdownHtml(LinkTargets targets)
{
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseFootnotes()
        .UseEmphasisExtras()
        .UseTaskLists()
        .UseAutoLinks()
        .UseMathematics()
        .Use<MathMlExtension>()
        .Use<WideBlocksExtension>()
        .Build();

    // Some texts take the parsers the square of their length.
    private const int MostCharacters = 100_000;

    private readonly List<Heading> headings = [];
    private readonly Dictionary<string, int> taken = new(StringComparer.Ordinal);

    public IReadOnlyList<Heading> Headings => headings;

    /// <summary>Markdown that is not a notebook's own text: the HTML in it stays as it is.</summary>
    public static string Fragment(string text) => Html(text) ?? AsWritten(text);

    /// <summary>The cell's text, in which nothing runs, and whose links and pictures are the page's.</summary>
    public string Cell(NotebookCell cell)
    {
        if (Html(cell.Source) is not { } html)
        {
            return AsWritten(cell.Source);
        }

        var body = SafeHtml.Read(html);
        foreach (var anchor in body.QuerySelectorAll("[id]").Where(anchor => !LinkTargets.IsFootnote(anchor.Id!)))
        {
            anchor.Id = Heading.Slug(anchor.Id!);
        }

        foreach (var heading in body.QuerySelectorAll("h1, h2, h3, h4, h5, h6"))
        {
            heading.Id = Identifier(heading.TextContent);
            headings.Add(new Heading(heading.LocalName[1] - '0', heading.Id, WithoutLinks(heading)));
        }

        MakeLocal(body, cell.Json["attachments"] as JsonObject);
        // Every cell counts its footnotes from 1; on the page they are apart.
        return FootnoteAnchor().Replace(SafeHtml.Write(body), string.Create(CultureInfo.InvariantCulture, $"{cell.Number}-"));
    }

    /// <summary>One line of Markdown, as in a title, without the paragraph around it and without links.</summary>
    public static string Inline(string text) =>
        Html(text) is { } html && SafeHtml.Read(html).FirstElementChild is IHtmlParagraphElement paragraph
            ? WithoutLinks(paragraph) : HtmlEncode(text);

    /// <summary>
    /// The sentences of a notebook's first paragraph that has one; what only leads over to a list or a formula is left out.
    /// </summary>
    public static string Summary(Notebook notebook)
    {
        foreach (var paragraph in notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown)
            .SelectMany(cell => SafeHtml.Read(Html(cell.Source) ?? "").Children.OfType<IHtmlParagraphElement>()))
        {
            foreach (var note in paragraph.QuerySelectorAll(".footnote-ref").ToList())
            {
                note.Remove();
            }

            var left = SentenceEnd().Matches(paragraph.TextContent).LastOrDefault() is { } end ? end.Index + end.Length : 0;
            foreach (var text in paragraph.GetDescendants().OfType<IText>())
            {
                if (left > 0 && left <= text.Length)
                {
                    var rest = paragraph.Owner!.CreateRange();
                    rest.StartWith(text, left);
                    rest.EndWith(paragraph, paragraph.ChildNodes.Length);
                    rest.ClearContent();
                    return WithoutLinks(paragraph);
                }

                left -= text.Length;
            }
        }

        return "";
    }

    // Null for more than the parsers follow.
    private static string? Html(string text)
    {
        try
        {
            return EmbeddedPicture().Replace(text, "").Length <= MostCharacters ? Markdown.ToHtml(text, Pipeline) : null;
        }
        catch (ArgumentException)
        {
            return null; // Nested deeper than Markdig's limit.
        }
    }

    private static string AsWritten(string text) =>
        $"<p class=\"failure\">This text is too long or too deeply nested to be set; here it is as it was written.</p>\n"
        + $"<pre>{HtmlEncode(text)}</pre>\n";

    private static string WithoutLinks(IElement element)
    {
        var copy = (IElement)element.Clone();
        foreach (var link in copy.QuerySelectorAll("a, img").ToList())
        {
            link.Replace([.. link.ChildNodes]);
        }

        return SafeHtml.Write(copy);
    }

    private void MakeLocal(IElement body, JsonObject? attachments)
    {
        foreach (var picture in body.QuerySelectorAll("img").ToList())
        {
            var source = picture.GetAttribute("src") ?? "";
            if (targets.Picture(source, attachments) is { } data)
            {
                picture.SetAttribute("src", data);
                continue;
            }

            // What cannot be carried along is linked, not fetched.
            var link = body.Owner!.CreateElement("a");
            link.SetAttribute("href", source);
            link.TextContent = picture.GetAttribute("alt") ?? "";
            picture.Replace(link);
        }

        foreach (var link in body.QuerySelectorAll("a:not([id]), a[href]").ToList())
        {
            if (link.GetAttribute("href") is { } href && targets.Link(href) is { } url)
            {
                link.SetAttribute("href", url);
            }
            else
            {
                // A link that leads nowhere is text.
                link.Replace([.. link.ChildNodes]);
            }
        }
    }

    private string Identifier(string text)
    {
        var name = Heading.Slug(text);
        taken[name] = taken.GetValueOrDefault(name) + 1;
        return taken[name] == 1 ? name : $"{name}-{taken[name]}";
    }

    [GeneratedRegex("data:image/[^\\s)\"']*")]
    private static partial Regex EmbeddedPicture();

    [GeneratedRegex("(?<=(?:id=\"|href=\"#)fn(?:ref)?:)")]
    private static partial Regex FootnoteAnchor();

    [GeneratedRegex("[.!?][\\p{Pe}\\p{Pf}\"]*(?=\\s+\\p{Lu}|\\s*$)")]
    private static partial Regex SentenceEnd();
}
