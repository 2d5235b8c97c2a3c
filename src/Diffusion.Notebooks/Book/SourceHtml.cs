using System.Globalization;
using System.Net;

namespace Diffusion.Notebooks;

/// <summary>Source text on a page: coloured where it is C#; the page's script adds a button that copies it.</summary>
internal static class SourceHtml
{
    /// <summary>Renders source text.</summary>
    /// <param name="code">The text.</param>
    /// <param name="language">Its language.</param>
    /// <param name="note">A line above it.</param>
    /// <param name="failedLine">The line, from 1, at which it failed.</param>
    /// <returns>One element.</returns>
    public static string Render(string code, string language, string note = "", int? failedLine = null)
    {
        code = code.ReplaceLineEndings("\n").TrimEnd();
        var above = note.Length > 0 ? $"<p class=\"language\">{WebUtility.HtmlEncode(note)}</p>" : "";
        var mark = failedLine is { } line
            ? string.Create(CultureInfo.InvariantCulture, $"<span class=\"failed-line\" style=\"--line:{line - 1}\"></span>") : "";
        var text = language == Languages.CSharp ? CSharpHighlighter.Highlight(code) : WebUtility.HtmlEncode(code);
        return $"<div class=\"source\">{above}<pre>{mark}<code>{text}</code></pre></div>";
    }
}
