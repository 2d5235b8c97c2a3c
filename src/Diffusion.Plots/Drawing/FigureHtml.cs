using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Text;

namespace Diffusion.Plots.Drawing;

/// <summary>Gathers a figure's markup and the script calls that bring it to life, and joins them.</summary>
internal sealed class FigureHtml(string title)
{
    public const int FullWidth = 720, HalfWidth = 460;

    private static readonly string Script = ReadScript();

    private readonly StringBuilder markup = new();
    private readonly List<string> calls = [];
    private int parts;

    public bool NeedsPlotly { get; set; }

    /// <summary>What a picture without a name of its own says to a reader who cannot see it.</summary>
    public string Alt { get; set; } = title;

    /// <summary>How wide charts are drawn for pages without scripts: narrower side by side, where they are shrunk less.</summary>
    public int SvgWidth { get; set; } = FullWidth;

    public FigureHtml Raw(string html)
    {
        markup.Append(html);
        return this;
    }

    public FigureHtml Text(string text) => Raw(Encode(text));

    public static string Encode(string text) => WebUtility.HtmlEncode(text);

    public int NewPart() => parts++;

    /// <summary>After the page has the markup, its script calls <paramref name="kind"/> on the element with this part's number.</summary>
    public void Call(int part, string kind, string json)
    {
        var safe = json.Replace("<", "\\u003c", StringComparison.Ordinal);
        calls.Add(string.Create(CultureInfo.InvariantCulture, $"[{part},\"{kind}\",{safe}]"));
    }

    public string Finish(string heading)
    {
        var content = heading.Length > 0
            ? $"<div style=\"font:600 15px/1.35 system-ui,sans-serif;margin:0 0 .4em\">{Encode(heading)}</div>{markup}"
            : markup.ToString();
        var script = "";
        var key = "";
        if (calls.Count > 0)
        {
            var argument = "[" + string.Join(',', calls) + "]";
            // The same figure gives the same HTML, so that an executed notebook changes only where its numbers do.
            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(content + argument));
            var name = Convert.ToHexStringLower(hash.AsSpan(0, 6));
            key = $" data-figure=\"{name}\"";
            script = $"<script>{Script}diffusionFigures1.run(\"{name}\",{argument});</script>";
        }
        return $"<div class=\"diffusion-figure\"{key} style=\"margin:.5em 0;max-width:100%\">{content}</div>{script}";
    }

    private static string ReadScript()
    {
        using var stream = typeof(FigureHtml).Assembly.GetManifestResourceStream("figure.js")!;
        using var reader = new StreamReader(stream);
        var lines = reader.ReadToEnd().Split('\n').Select(line => line.Trim())
            .Where(line => line.Length > 0 && !line.StartsWith("//", StringComparison.Ordinal));
        return string.Join('\n', lines).Replace("PALETTE", Palette.Json, StringComparison.Ordinal) + "\n";
    }
}
