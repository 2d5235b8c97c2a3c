using System.Globalization;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Extensions.Footnotes;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Diffusion.Notebooks;

/// <summary>A notebook's Markdown as HTML that needs nothing from elsewhere.</summary>
internal sealed partial class MarkdownHtml(Notebook notebook, LinkTargets targets)
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseFootnotes()
        .UseEmphasisExtras()
        .UseTaskLists()
        .UseAutoLinks()
        .UseMathematics()
        .Use<MathMlExtension>()
        .Use<WideBlocksExtension>()
        .Build();

    private readonly List<Heading> _headings = [];
    private readonly Dictionary<string, int> _taken = new(StringComparer.Ordinal);

    public IReadOnlyList<Heading> Headings => _headings;

    public static string Fragment(string text) => Markdown.ToHtml(text, s_pipeline);

    public string Cell(NotebookCell cell)
    {
        var document = Markdown.Parse(cell.Source, s_pipeline);
        foreach (var heading in document.Descendants<HeadingBlock>())
        {
            var html = Render(heading.Inline!);
            var id = Identifier(html);
            heading.GetAttributes().Id = id;
            _headings.Add(new Heading(heading.Level, id, WithoutLinks(html)));
        }

        MakeLocal(document, cell.Json["attachments"] as JsonObject);
        // Every cell counts its footnotes from 1; on the page they are apart.
        return FootnoteAnchor().Replace(document.ToHtml(s_pipeline), string.Create(CultureInfo.InvariantCulture, $"$1{cell.Number}-"));
    }

    /// <summary>One line of Markdown, as in a title, without the paragraph around it and without links.</summary>
    public static string Inline(string text)
    {
        var paragraph = Markdown.Parse(text, s_pipeline).OfType<ParagraphBlock>().FirstOrDefault();
        return paragraph?.Inline is null ? System.Net.WebUtility.HtmlEncode(text) : WithoutLinks(Render(paragraph.Inline));
    }

    /// <summary>The notebook's first paragraph, without a last sentence that only leads over to what follows it.</summary>
    public string Summary()
    {
        foreach (var cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown))
        {
            var document = Markdown.Parse(cell.Source, s_pipeline);
            MakeLocal(document, cell.Json["attachments"] as JsonObject);
            if (document.OfType<ParagraphBlock>().FirstOrDefault() is { Inline: { } inline })
            {
                foreach (var note in inline.Descendants<FootnoteLink>().ToList())
                {
                    note.Remove();
                }

                return LeadingOver().Replace(Render(inline), "");
            }
        }

        return "";
    }

    private static string Render(ContainerInline inline)
    {
        using var writer = new StringWriter();
        var renderer = new HtmlRenderer(writer);
        s_pipeline.Setup(renderer);
        renderer.WriteChildren(inline);
        writer.Flush();
        return writer.ToString();
    }

    private static string WithoutLinks(string html) => Anchor().Replace(html, "");

    private void MakeLocal(MarkdownDocument document, JsonObject? attachments)
    {
        foreach (var link in document.Descendants<LinkInline>().Where(link => link.Url is not null).ToList())
        {
            if (link.IsImage)
            {
                if (targets.Picture(link.Url!, attachments) is { } data)
                {
                    link.Url = data;
                    continue;
                }

                // What cannot be carried along is linked, not fetched.
                link.IsImage = false;
            }

            if (targets.Link(link.Url!) is { } url)
            {
                link.Url = url;
            }
            else
            {
                // A link that leads nowhere is text.
                link.ReplaceBy(new ContainerInline());
            }
        }
    }

    private string Identifier(string html)
    {
        var name = Heading.Slug(Tag().Replace(html, ""));
        _taken[name] = _taken.GetValueOrDefault(name) + 1;
        return _taken[name] == 1 ? name : $"{name}-{_taken[name]}";
    }

    [GeneratedRegex("</?a\\b[^>]*>")]
    private static partial Regex Anchor();

    [GeneratedRegex("<[^>]*>|&[a-z]+;")]
    private static partial Regex Tag();

    [GeneratedRegex("(?<=(?:id=\"|href=\"#))(fn(?:ref)?:)")]
    private static partial Regex FootnoteAnchor();

    [GeneratedRegex("(?<=[.!?])\\s+\\p{Lu}(?:(?![.!?]\\s+\\p{Lu}).)*:\\s*$", RegexOptions.Singleline)]
    private static partial Regex LeadingOver();
}
