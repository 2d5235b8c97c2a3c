using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace Diffusion.Notebooks;

/// <summary>Renders Markdown's <c>$…$</c> and <c>$$…$$</c> as MathML, which browsers draw by themselves.</summary>
internal sealed class MathMlExtension : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        if (renderer is HtmlRenderer html)
        {
            html.ObjectRenderers.ReplaceOrAdd<HtmlMathInlineRenderer>(new InlineRenderer());
            html.ObjectRenderers.ReplaceOrAdd<HtmlMathBlockRenderer>(new BlockRenderer());
        }
    }

    private sealed class InlineRenderer : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj)
        {
            var display = obj.DelimiterCount > 1;
            var math = MathMl.Convert(obj.Content.ToString(), display);
            renderer.Write(display ? Line(math) : math);
        }
    }

    private sealed class BlockRenderer : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock obj) =>
            renderer.EnsureLine().WriteLine(Line(MathMl.Convert(obj.Lines.ToString(), display: true)));
    }

    // A long equation scrolls in its own line; a span, because the line may stand within a paragraph.
    private static string Line(string math) => $"<span class=\"math\">{math}</span>";
}
