using System.Buffers.Binary;
using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>The picture that stands for a notebook in the index.</summary>
internal static partial class CoverPicture
{
    private const string Tag = "cover";

    /// <summary>Finds the first picture of the cell tagged <c>cover</c>, else the one of the notebook that fits best.</summary>
    /// <param name="notebook">An executed notebook.</param>
    /// <returns>A box with the picture; an empty box when there is none.</returns>
    public static string Of(Notebook notebook)
    {
        var source = notebook.Cells
            .SelectMany(cell => cell.Outputs.Select(Source).OfType<string>().Select(source => (IsTagged: cell.HasTag(Tag), Source: source)))
            .OrderByDescending(found => found.IsTagged).ThenByDescending(found => found.IsTagged ? 0 : Fit(found.Source))
            .FirstOrDefault().Source;
        // The title beside it says what the picture would.
        return source is null ? "<div class=\"cover\"></div>" : $"<div class=\"cover\"><img alt=\"\" src=\"{source}\"></div>";
    }

    // A long strip is a line in the box, and of a chart only the marks can be seen.
    private static int Fit(string source)
    {
        const string Png = "data:image/png;base64,";
        const int Head = 32;
        Span<byte> head = stackalloc byte[Head * 3 / 4];
        if (!source.StartsWith(Png, StringComparison.Ordinal) || source.Length < Png.Length + Head
            || !Convert.TryFromBase64Chars(source.AsSpan(Png.Length, Head), head, out _))
        {
            return 1;
        }

        var ratio = (double)BinaryPrimitives.ReadInt32BigEndian(head[16..]) / BinaryPrimitives.ReadInt32BigEndian(head[20..]);
        return ratio is > 0.8 and < 2.6 ? 2 : 0;
    }

    private static string? Source(JsonObject output)
    {
        if (output["data"] is not JsonObject data)
        {
            return null;
        }

        return data["image/png"] is { } png
            ? "data:image/png;base64," + WebUtility.HtmlEncode(MultilineText.Read(png).ReplaceLineEndings(""))
            : Embedded().Match(MultilineText.Read(data["text/html"])) is { Success: true } match ? match.Value : null;
    }

    [GeneratedRegex("(?<=<img\\b[^>]*\\bsrc=\")data:image/(?:png|jpeg|svg\\+xml);base64,[A-Za-z0-9+/=]+")]
    private static partial Regex Embedded();
}
