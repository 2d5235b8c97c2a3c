using Microsoft.AspNetCore.Html;

namespace Diffusion.Notebooks;

/// <summary>The functions that every cell can call, with the names .NET Interactive gives them.</summary>
#pragma warning disable IDE1006, CA1707 // The lower-case names are .NET Interactive's, which cells are written for.
public static class CellFunctions
{
    /// <summary>Shows a value as an output of its own.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="mimeTypes">The representations wanted; none for those the type prefers.</param>
    /// <returns>A handle whose <see cref="DisplayedValue.Update"/> replaces the output.</returns>
    public static DisplayedValue display(object? value, params string[] mimeTypes) =>
        (NotebookHost.Output ?? throw new InvalidOperationException("No notebook is running.")).Display(value, mimeTypes);

    /// <summary>Shows a value as an output of its own.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="mimeTypes">The representations wanted; none for those the type prefers.</param>
    /// <returns>A handle whose <see cref="DisplayedValue.Update"/> replaces the output.</returns>
    public static DisplayedValue Display(this object? value, params string[] mimeTypes) => display(value, mimeTypes);

    /// <summary>Shows text that is a representation already.</summary>
    /// <param name="value">Text such as HTML or SVG.</param>
    /// <param name="mimeType">What it is, such as <c>text/html</c>.</param>
    /// <returns>A handle whose <see cref="DisplayedValue.Update"/> replaces the output.</returns>
    public static DisplayedValue DisplayAs(this string value, string mimeType) =>
        (NotebookHost.Output ?? throw new InvalidOperationException("No notebook is running.")).DisplayAs(value, mimeType);

    /// <summary>Marks text as HTML, to be shown as such.</summary>
    /// <param name="content">HTML.</param>
    /// <returns>The content, to return from a cell or to display.</returns>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>Shows a script that the page runs.</summary>
    /// <param name="scriptContent">JavaScript.</param>
    public static void Javascript(string scriptContent) =>
        display(HTML($"<script type=\"text/javascript\">{scriptContent}</script>"), "text/html");

    /// <summary>Adds a style sheet to the page.</summary>
    /// <param name="content">CSS.</param>
    public static void CSS(string content) => display(HTML($"<style>{content}</style>"), "text/html");
}
