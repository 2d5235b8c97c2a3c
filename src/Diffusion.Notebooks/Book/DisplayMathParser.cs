using Markdig.Extensions.Mathematics;
using Markdig.Helpers;
using Markdig.Parsers;
using Markdig.Syntax;

namespace Diffusion.Notebooks;

/// <summary>A formula in <c>$$ … $$</c> that begins a line and ends on a later one.</summary>
/// <remarks>Markdig's own parser asks for dollar signs on lines of their own.</remarks>
internal sealed class DisplayMathParser : BlockParser
{
    private const string Fence = "$$";

    public DisplayMathParser() => OpeningCharacters = ['$'];

    public override BlockState TryOpen(BlockProcessor processor)
    {
        var line = processor.Line;
        var end = line.Match(Fence) ? line.Text.IndexOf(Fence, line.Start + Fence.Length, StringComparison.Ordinal) : -1;
        // One that ends on its own line is Markdig's, and one without an end is no formula.
        if (processor.IsCodeIndent || end <= line.End)
        {
            return BlockState.None;
        }

        var block = new MathBlock(this) { Span = new SourceSpan(line.Start, end + 1), Column = processor.Column };
        Append(processor, block, line.Start + Fence.Length, line.End);
        processor.NewBlocks.Push(block);
        return BlockState.ContinueDiscard;
    }

    public override BlockState TryContinue(BlockProcessor processor, Block block)
    {
        var end = processor.Line.IndexOf(Fence);
        if (end < 0)
        {
            return BlockState.Continue;
        }

        Append(processor, (MathBlock)block, processor.Start, end - 1);
        while (processor.Start < end + Fence.Length)
        {
            processor.NextChar();
        }

        // What follows on the line is a paragraph of its own.
        return processor.Line.IsEmptyOrWhitespace() ? BlockState.BreakDiscard : BlockState.None;
    }

    private static void Append(BlockProcessor processor, MathBlock block, int start, int end)
    {
        var part = new StringSlice(processor.Line.Text, start, end);
        block.AppendLine(ref part, processor.Column, processor.LineIndex, start, trackTrivia: false);
    }
}
