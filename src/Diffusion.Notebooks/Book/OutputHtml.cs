using System.Globalization;
using System.Net;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>An output of a cell as HTML.</summary>
internal static partial class OutputHtml
{
    // The richest first, as Jupyter ranks them.
    private static readonly string[] Ranking =
    [
        "text/html", "text/markdown", "text/latex", "image/svg+xml", "image/png", "image/jpeg", "image/gif", "application/json",
        "text/plain",
    ];

    // More than this nobody reads on a page; the executed notebook has it all.
    private const int MostLines = 400;
    private const int LongestLine = 2000;

    private const int MostCharacters = 20_000_000;

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, MaxDepth = Notebook.Deepest };

    public static string Render(JsonObject output, int cell) => JsonText.At(output, "output_type") switch
    {
        "stream" => $"<pre class=\"output stream {(JsonText.At(output, "name") == "stderr" ? "stderr" : "stdout")}\">"
            + $"{Text(MultilineText.Read(output["text"]))}</pre>\n",
        "error" => Error(output),
        _ => Rich(output, cell),
    };

    private static string Error(JsonObject output)
    {
        var lines = output["traceback"] is JsonArray traceback ? traceback.Select(line => line?.ToString() ?? "") : [];
        var text = Text(string.Join('\n', lines));
        if (text.Length == 0)
        {
            text = Text($"{output["ename"]}: {output["evalue"]}");
        }

        var first = text.IndexOf('\n') is var end and >= 0 ? end : text.Length;
        return $"<pre class=\"output error\"><strong>{text[..first]}</strong>{text[first..]}</pre>\n";
    }

    private static string Rich(JsonObject output, int cell)
    {
        if (output["data"] is not JsonObject data || Ranking.FirstOrDefault(data.ContainsKey) is not { } mime)
        {
            return "";
        }

        if (mime == "application/json")
        {
            return $"<pre class=\"output text\">{Text(data[mime]?.ToJsonString(Indented) ?? "null")}</pre>\n";
        }

        var text = MultilineText.Read(data[mime]);
        if (text.Length > MostCharacters && mime != "text/plain")
        {
            return $"<p class=\"language\">An output of {text.Length / 1_000_000} MB ({mime}) is left out.</p>\n";
        }

        return mime switch
        {
            "text/html" => $"<div class=\"output html\">{LocalHtml(text)}</div>\n",
            "text/markdown" => $"<div class=\"output html\">{MarkdownHtml.Fragment(text)}</div>\n",
            "text/latex" => $"<div class=\"output html\">{MathMl.Convert(text.Trim().Trim('$'), display: true)}</div>\n",
            "image/svg+xml" => Image(mime, Convert.ToBase64String(Encoding.UTF8.GetBytes(text))),
            "text/plain" => $"<pre class=\"output text\">{Text(text)}</pre>\n",
            _ => Image(mime, text.ReplaceLineEndings("")),
        };

        string Image(string type, string base64)
        {
            var size = JsonText.Node(output, "metadata", type) as JsonObject;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"<div class=\"output image\"><img alt=\"Output of cell {cell}\"{Attribute(size, "width")}{Attribute(size, "height")} "
                + $"src=\"data:{type};base64,{WebUtility.HtmlEncode(base64)}\"></div>\n");
        }
    }

    private static string Attribute(JsonObject? size, string name) =>
        size?[name] is JsonValue value && value.TryGetValue<int>(out var pixels)
            ? string.Create(CultureInfo.InvariantCulture, $" {name}=\"{pixels}\"") : "";

    // The page loads one plotly.js for all of its charts; a chart's own loader, and any other script from elsewhere, goes.
    private static string LocalHtml(string html) => RemoteScript().Replace(LoaderScript().Replace(html, ""), "");

    private static string Text(string text)
    {
        // A carriage return begins the line anew, as on a terminal.
        var lines = Escape().Replace(text.Replace("\r\n", "\n", StringComparison.Ordinal), "").TrimEnd('\n').Split('\n')
            .Select(line => line[(line.TrimEnd('\r').LastIndexOf('\r') + 1)..].TrimEnd('\r'))
            .ToList();
        if (lines.Count > MostLines)
        {
            var left = lines.Count - MostLines;
            lines = [.. lines.Take(MostLines / 2), $"… {left} lines left out …", .. lines.TakeLast(MostLines / 2)];
        }

        return WebUtility.HtmlEncode(string.Join('\n', lines.Select(Shorten)));
    }

    private static string Shorten(string line) => line.Length <= LongestLine
        ? line
        : string.Create(CultureInfo.InvariantCulture, $"{line[..LongestLine]} … {line.Length - LongestLine} characters left out");

    [GeneratedRegex("""<script\b[^>]*\bdata-plotly\b[^>]*>.*?</script\s*>""", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex LoaderScript();

    [GeneratedRegex(
        """<script\b[^>]*\bsrc\s*=\s*["']?(https?:)?//[^>]*>.*?</script\s*>""", RegexOptions.Singleline | RegexOptions.IgnoreCase)]
    private static partial Regex RemoteScript();

    [GeneratedRegex("\u001b\\[[0-9;?]*[A-Za-z]")]
    private static partial Regex Escape();
}
