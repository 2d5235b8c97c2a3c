using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>What one cell prints, among its outputs: all of it up to a bound, beyond that its beginning and its end.</summary>
/// <remarks>
/// The bound is about <see cref="Half"/> characters at each end, so that a notebook stays readable and the memory small
/// whatever a cell prints. How the text came in pieces makes no difference.
/// </remarks>
internal sealed class PrintedText(JsonArray outputs)
{
    public const int Half = 500_000;

    // Each change between standard output and standard error costs an output of its own.
    private const int CostOfOutput = 200;
    private readonly List<Segment> tail = [];
    private Segment? lastOfHead;
    private int headLeft = Half;
    private int tailCost;
    private long leftOut;

    public void Write(string stream, string text)
    {
        if (headLeft > 0)
        {
            text = WriteHead(stream, text);
        }

        if (text.Length == 0)
        {
            return;
        }

        if (tail.LastOrDefault() is not { } last || last.Stream != stream || !IsLast(last))
        {
            tail.Add(last = Add(stream));
            tailCost += CostOfOutput;
        }

        last.Text.Append(text);
        tailCost += text.Length;
        if (tailCost > 2 * Half)
        {
            TrimTail();
        }
    }

    /// <summary>Brings the outputs to what was printed; nothing is written afterwards.</summary>
    public void Finish()
    {
        TrimTail();
        if (leftOut > 0)
        {
            var first = this.tail[0].Text;
            // From the beginning of a line, where there is one.
            var text = first.ToString();
            var begin = text.IndexOf('\n', StringComparison.Ordinal) + 1;
            begin = begin > 0 && begin < text.Length ? begin : char.IsLowSurrogate(text[0]) ? 1 : 0;
            leftOut += begin;
            first.Clear()
                .Append(CultureInfo.InvariantCulture, $"\n[{leftOut} characters are left out: of what a cell prints, ")
                .Append(CultureInfo.InvariantCulture, $"about the first and the last {Half} are kept.]\n")
                .Append(text, begin, text.Length - begin);
        }

        if (lastOfHead is { } head && this.tail.FirstOrDefault() is { } tail && tail.Stream == head.Stream
            && outputs.IndexOf(tail.Output) == outputs.IndexOf(head.Output) + 1)
        {
            head.Text.Append(tail.Text);
            outputs.Remove(tail.Output);
            this.tail.RemoveAt(0);
        }

        lastOfHead?.Settle();
        this.tail.ForEach(segment => segment.Settle());
    }

    // What the beginning has no more room for.
    private string WriteHead(string stream, string text)
    {
        if (lastOfHead is not { } head || head.Stream != stream || !IsLast(head))
        {
            lastOfHead?.Settle();
            lastOfHead = head = Add(stream);
            headLeft -= CostOfOutput;
        }

        var length = Math.Clamp(headLeft, 0, text.Length);
        if (length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        head.Text.Append(text, 0, length);
        headLeft = length < text.Length ? 0 : headLeft - length;
        return text[length..];
    }

    private void TrimTail()
    {
        while (tailCost > Half)
        {
            var first = tail[0];
            var cut = Math.Min(first.Text.Length, tailCost - Half);
            if (cut == first.Text.Length && tail.Count > 1)
            {
                outputs.Remove(first.Output);
                tail.RemoveAt(0);
                tailCost -= CostOfOutput;
            }
            else
            {
                first.Text.Remove(0, cut);
            }

            tailCost -= cut;
            leftOut += cut;
        }
    }

    private bool IsLast(Segment segment) => ReferenceEquals(outputs.LastOrDefault(), segment.Output);

    private Segment Add(string stream)
    {
        var segment = new Segment(stream);
        outputs.Add(segment.Output);
        return segment;
    }

    private sealed class Segment(string stream)
    {
        public string Stream => stream;

        public StringBuilder Text { get; } = new();

        public JsonObject Output { get; } = new() { ["output_type"] = "stream", ["name"] = stream, ["text"] = "" };

        public void Settle() => Output["text"] = MultilineText.Write(Text.ToString());
    }
}
