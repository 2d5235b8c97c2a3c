using Markdig;
using Markdig.Extensions.Tables;
using Markdig.Renderers;
using Markdig.Renderers.Html;
using Markdig.Syntax;

namespace Diffusion.Notebooks;

/// <summary>
/// Tables and code of Markdown, which may be wider than a phone, in boxes that scroll by themselves; code is coloured as in cells.
/// </summary>
internal sealed class WideBlocksExtension : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        if (renderer is HtmlRenderer html)
        {
            html.ObjectRenderers.ReplaceOrAdd<HtmlTableRenderer>(new TableRenderer());
            html.ObjectRenderers.ReplaceOrAdd<CodeBlockRenderer>(new CodeRenderer());
        }
    }

    private sealed class TableRenderer : HtmlTableRenderer
    {
        protected override void Write(HtmlRenderer renderer, Table table)
        {
            renderer.EnsureLine().Write("<div class=\"table\">");
            base.Write(renderer, table);
            renderer.WriteLine("</div>");
        }
    }

    private sealed class CodeRenderer : HtmlObjectRenderer<CodeBlock>
    {
        protected override void Write(HtmlRenderer renderer, CodeBlock block) => renderer.EnsureLine()
            .WriteLine(SourceHtml.Render(
                block.Lines.ToString(), block is FencedCodeBlock { Info: { Length: > 0 } info } ? Languages.Find(info) ?? info : ""));
    }
}
