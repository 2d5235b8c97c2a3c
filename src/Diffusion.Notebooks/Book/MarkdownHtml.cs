using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Markdig;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace Diffusion.Notebooks;

/// <summary>A notebook's Markdown as HTML that needs nothing from elsewhere.</summary>
internal sealed partial class MarkdownHtml(Notebook notebook, string outputFolder)
{
    private static readonly MarkdownPipeline s_pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseFootnotes()
        .UseEmphasisExtras()
        .UseTaskLists()
        .UseAutoLinks()
        .UseMathematics()
        .Use<MathMlExtension>()
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
            _headings.Add(new Heading(heading.Level, id, Anchor().Replace(html, "")));
        }

        MakeLocal(document, cell.Json["attachments"] as JsonObject);
        return document.ToHtml(s_pipeline);
    }

    /// <summary>One line of Markdown, as in a title, without the paragraph around it.</summary>
    public string Inline(string text)
    {
        var paragraph = Markdown.Parse(text, s_pipeline).OfType<ParagraphBlock>().FirstOrDefault();
        return paragraph?.Inline is null ? System.Net.WebUtility.HtmlEncode(text) : Anchor().Replace(Render(paragraph.Inline), "");
    }

    /// <summary>The notebook's first paragraph.</summary>
    public string Summary()
    {
        foreach (var cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown))
        {
            var document = Markdown.Parse(cell.Source, s_pipeline);
            MakeLocal(document, cell.Json["attachments"] as JsonObject);
            if (document.OfType<ParagraphBlock>().FirstOrDefault() is { Inline: { } inline })
            {
                return Render(inline);
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

    private void MakeLocal(MarkdownDocument document, JsonObject? attachments)
    {
        foreach (var link in document.Descendants<LinkInline>().Where(link => link.Url is not null).ToList())
        {
            if (link.IsImage)
            {
                if (Picture(link.Url!, attachments) is { } data)
                {
                    link.Url = data;
                }
                else
                {
                    // What cannot be carried along is linked, not fetched.
                    link.IsImage = false;
                }
            }
            else
            {
                link.Url = Target(link.Url!);
            }
        }
    }

    private string? Picture(string url, JsonObject? attachments)
    {
        if (url.StartsWith("data:", StringComparison.Ordinal))
        {
            return url;
        }

        if (url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var bundle = attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] as JsonObject;
            return bundle is { Count: > 0 } ? $"data:{bundle.First().Key};base64,{MultilineText.Read(bundle.First().Value).ReplaceLineEndings("")}" : null;
        }

        var type = Path.GetExtension(url).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".jpg" or ".jpeg" => "image/jpeg",
            ".gif" => "image/gif",
            ".svg" => "image/svg+xml",
            _ => null,
        };
        return type is not null && FileOf(url) is { } file ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}" : null;
    }

    private string Target(string url)
    {
        var (path, fragment) = url.IndexOf('#') is var hash and >= 0 ? (url[..hash], url[hash..]) : (url, "");
        if (path.EndsWith(".ipynb", StringComparison.OrdinalIgnoreCase) && !path.Contains('/'))
        {
            return path[..^".ipynb".Length] + ".html" + fragment;
        }

        return path.Length > 0 && FileOf(path) is { } file
            ? Path.GetRelativePath(outputFolder, file).Replace('\\', '/') + fragment
            : url;
    }

    private string? FileOf(string url)
    {
        if (url.Contains("://", StringComparison.Ordinal) || url.StartsWith("//", StringComparison.Ordinal))
        {
            return null;
        }

        var path = Path.GetFullPath(Path.Combine(Path.GetDirectoryName(notebook.Path)!, Uri.UnescapeDataString(url)));
        return File.Exists(path) ? path : null;
    }

    private string Identifier(string html)
    {
        var id = new StringBuilder();
        foreach (var character in Tag().Replace(html, ""))
        {
            if (char.IsLetterOrDigit(character))
            {
                id.Append(char.ToLowerInvariant(character));
            }
            else if (character is ' ' or '-' or '_' && id.Length > 0 && id[^1] != '-')
            {
                id.Append('-');
            }
        }

        var name = id.ToString().Trim('-') is { Length: > 0 } some ? some : "section";
        _taken[name] = _taken.GetValueOrDefault(name) + 1;
        return _taken[name] == 1 ? name : $"{name}-{_taken[name]}";
    }

    [GeneratedRegex("</?a\\b[^>]*>")]
    private static partial Regex Anchor();

    [GeneratedRegex("<[^>]*>|&[a-z]+;")]
    private static partial Regex Tag();
}
