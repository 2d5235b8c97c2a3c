using Markdig;
using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Renderers;
using Markdig.Renderers.Html;

namespace Diffusion.Notebooks;

/// <summary>Renders Markdown's <c>$…$</c> and <c>$$…$$</c> as MathML, which browsers draw by themselves.</summary>
internal sealed class MathMlExtension : IMarkdownExtension
{
    public void Setup(MarkdownPipelineBuilder pipeline)
    {
        pipeline.BlockParsers.Replace<MathBlockParser>(new DisplayMathParser());
        pipeline.InlineParsers.Replace<MathInlineParser>(new InlineParser());
    }

    public void Setup(MarkdownPipeline pipeline, IMarkdownRenderer renderer)
    {
        if (renderer is HtmlRenderer html)
        {
            html.ObjectRenderers.ReplaceOrAdd<HtmlMathInlineRenderer>(new InlineRenderer());
            html.ObjectRenderers.ReplaceOrAdd<HtmlMathBlockRenderer>(new BlockRenderer());
        }
    }

    // Markdig ends an inline formula with its line, and wants as much space after $$ as before it.
    private sealed class InlineParser : MathInlineParser
    {
        public override bool Match(InlineProcessor processor, ref StringSlice slice)
        {
            var end = slice.PeekChar() == '$' ? slice.Text.IndexOf("$$", slice.Start + 2, StringComparison.Ordinal) : -1;
            if (end < 0 || end > slice.End)
            {
                return base.Match(processor, ref slice);
            }

            processor.Inline = new MathInline { Delimiter = '$', DelimiterCount = 2, Content = new(slice.Text, slice.Start + 2, end - 1) };
            slice.Start = end + 2;
            return true;
        }
    }

    private sealed class InlineRenderer : HtmlObjectRenderer<MathInline>
    {
        protected override void Write(HtmlRenderer renderer, MathInline obj) =>
            renderer.Write(obj.DelimiterCount > 1 ? Line(obj.Content.ToString()) : MathMl.Convert(obj.Content.ToString(), display: false));
    }

    private sealed class BlockRenderer : HtmlObjectRenderer<MathBlock>
    {
        protected override void Write(HtmlRenderer renderer, MathBlock obj) => renderer.EnsureLine().WriteLine(Line(obj.Lines.ToString()));
    }

    // A long equation scrolls in its own line; a span, because the line may stand within a paragraph.
    private static string Line(string tex) => $"<span class=\"math\">{MathMl.Convert(tex, display: true)}</span>";
}
