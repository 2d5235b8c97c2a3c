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
    private readonly List<Segment> _tail = [];
    private Segment? _lastOfHead;
    private int _headLeft = Half;
    private int _tailCost;
    private long _leftOut;

    public void Write(string stream, string text)
    {
        if (_headLeft > 0)
        {
            text = WriteHead(stream, text);
        }

        if (text.Length == 0)
        {
            return;
        }

        if (_tail.LastOrDefault() is not { } last || last.Stream != stream || !IsLast(last))
        {
            _tail.Add(last = Add(stream));
            _tailCost += CostOfOutput;
        }

        last.Text.Append(text);
        _tailCost += text.Length;
        if (_tailCost > 2 * Half)
        {
            TrimTail();
        }
    }

    /// <summary>Brings the outputs to what was printed; nothing is written afterwards.</summary>
    public void Finish()
    {
        TrimTail();
        if (_leftOut > 0)
        {
            var first = _tail[0].Text;
            // From the beginning of a line, where there is one.
            var text = first.ToString();
            var begin = text.IndexOf('\n', StringComparison.Ordinal) + 1;
            begin = begin > 0 && begin < text.Length ? begin : char.IsLowSurrogate(text[0]) ? 1 : 0;
            _leftOut += begin;
            first.Clear().Append(CultureInfo.InvariantCulture, $"\n[{_leftOut} characters are left out: of what a cell prints, about the first and the last {Half} are kept.]\n").Append(text, begin, text.Length - begin);
        }

        if (_lastOfHead is { } head && _tail.FirstOrDefault() is { } tail && tail.Stream == head.Stream
            && outputs.IndexOf(tail.Output) == outputs.IndexOf(head.Output) + 1)
        {
            head.Text.Append(tail.Text);
            outputs.Remove(tail.Output);
            _tail.RemoveAt(0);
        }

        _lastOfHead?.Settle();
        _tail.ForEach(segment => segment.Settle());
    }

    // What the beginning has no more room for.
    private string WriteHead(string stream, string text)
    {
        if (_lastOfHead is not { } head || head.Stream != stream || !IsLast(head))
        {
            _lastOfHead?.Settle();
            _lastOfHead = head = Add(stream);
            _headLeft -= CostOfOutput;
        }

        var length = Math.Clamp(_headLeft, 0, text.Length);
        if (length > 0 && length < text.Length && char.IsHighSurrogate(text[length - 1]))
        {
            length--;
        }

        head.Text.Append(text, 0, length);
        _headLeft = length < text.Length ? 0 : _headLeft - length;
        return text[length..];
    }

    private void TrimTail()
    {
        while (_tailCost > Half)
        {
            var first = _tail[0];
            var cut = Math.Min(first.Text.Length, _tailCost - Half);
            if (cut == first.Text.Length && _tail.Count > 1)
            {
                outputs.Remove(first.Output);
                _tail.RemoveAt(0);
                _tailCost -= CostOfOutput;
            }
            else
            {
                first.Text.Remove(0, cut);
            }

            _tailCost -= cut;
            _leftOut += cut;
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
