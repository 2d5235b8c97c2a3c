using System.Text.Json.Nodes;
using CsCheck;

namespace Diffusion.Notebooks.Tests;

public sealed class PrintedTextTests
{
    private static JsonArray Print(IEnumerable<(string Stream, string Text)> pieces)
    {
        var outputs = new JsonArray();
        var printed = new PrintedText(outputs);
        foreach (var (stream, text) in pieces)
        {
            printed.Write(stream, text);
        }

        printed.Finish();
        return outputs;
    }

    private static string Lines(int count) => string.Concat(Enumerable.Range(0, count).Select(i => $"line {i} é😀\n"));

    private static IEnumerable<string> Cut(string text, IEnumerable<int> lengths)
    {
        var at = 0;
        foreach (var length in lengths)
        {
            if (at >= text.Length)
            {
                break;
            }

            var end = Math.Min(text.Length, at + length);
            // The runner never hands over half a surrogate pair.
            end += char.IsHighSurrogate(text[end - 1]) ? 1 : 0;
            yield return text[at..end];
            at = end;
        }

        yield return text[at..];
    }

    [Fact]
    public void Text_within_the_bound_is_kept_in_the_order_of_its_streams()
    {
        var pieces = Gen.Select(Gen.OneOf("stdout", "stderr"), Gen.String[Gen.Char['a', 'd'], 1, 5]).List[1, 50];

        pieces.Sample(
            list =>
            {
                var outputs = Print(list);
                // One output for each change of the stream, all of the text in order.
                Assert.Equal(1 + list.Zip(list.Skip(1)).Count(pair => pair.First.Item1 != pair.Second.Item1), outputs.Count);
                Assert.Equal(string.Concat(list.Select(piece => piece.Item2)), string.Concat(outputs.Select(o => OutputText.Of(o!.AsObject()))));
            },
            iter: 100);
    }

    [Fact]
    public void How_text_comes_in_pieces_makes_no_difference()
    {
        var text = Lines(200_000);
        var whole = Print([("stdout", text)]).ToJsonString();

        Gen.Int[1, 400_000].List[1, 60].Sample(
            lengths => Assert.Equal(whole, Print(Cut(text, lengths).Select(piece => ("stdout", piece))).ToJsonString()),
            iter: 20);
    }

    [Fact]
    public void Beyond_the_bound_the_beginning_and_the_end_are_kept_and_the_rest_is_counted()
    {
        var text = Lines(200_000);

        var kept = OutputText.Of(Assert.Single(Print([("stdout", text)]))!.AsObject());

        var notice = kept.IndexOf("\n[", StringComparison.Ordinal);
        var after = kept.IndexOf("]\n", StringComparison.Ordinal) + 2;
        var leftOut = int.Parse(kept[(notice + 2)..kept.IndexOf(' ', notice + 2)], System.Globalization.CultureInfo.InvariantCulture);
        Assert.StartsWith(kept[..notice], text, StringComparison.Ordinal);
        Assert.EndsWith(kept[after..], text, StringComparison.Ordinal);
        Assert.StartsWith("line ", kept[after..], StringComparison.Ordinal);
        Assert.Equal(text.Length, notice + leftOut + kept.Length - after);
        Assert.InRange(kept.Length, PrintedText.Half, (2 * PrintedText.Half) + 200);
    }

    [Fact]
    public void Many_changes_of_the_stream_are_bounded_too()
    {
        var outputs = Print(Enumerable.Range(0, 20_000).Select(i => (i % 2 == 0 ? "stdout" : "stderr", "x")));

        Assert.InRange(outputs.Count, 1_000, 6_000);
        Assert.Contains("left out", string.Concat(outputs.Select(o => OutputText.Of(o!.AsObject()))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_display_stays_between_what_was_printed_before_and_after_it()
    {
        var outputs = new JsonArray();
        var printed = new PrintedText(outputs);
        printed.Write("stdout", Lines(100_000));
        outputs.Add(new JsonObject { ["output_type"] = "display_data" });
        printed.Write("stdout", "after\n");
        printed.Finish();

        Assert.Equal(["stream", "display_data", "stream"], outputs.Select(o => o!["output_type"]!.GetValue<string>()));
        Assert.Equal("after\n", OutputText.Of(outputs[2]!.AsObject()));
    }
}
