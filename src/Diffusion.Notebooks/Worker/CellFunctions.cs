using Microsoft.AspNetCore.Html;
using Microsoft.DotNet.Interactive.Formatting;

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
    /// <typeparam name="T">The value's type.</typeparam>
    /// <param name="value">Anything.</param>
    /// <param name="mimeTypes">The representations wanted; none for those the type prefers.</param>
    /// <returns>A handle whose <see cref="DisplayedValue.Update"/> replaces the output.</returns>
    public static DisplayedValue Display<T>(this T value, params string[] mimeTypes) => display(value, mimeTypes);

    /// <summary>Marks text as HTML, to be shown as such.</summary>
    /// <param name="content">HTML.</param>
    /// <returns>The content, to return from a cell or to display.</returns>
    public static IHtmlContent HTML(string content) => new HtmlString(content);

    /// <summary>The text of a value as .NET Interactive would show it.</summary>
    /// <param name="value">Anything.</param>
    /// <param name="mimeType">The representation wanted.</param>
    /// <returns>The formatted text.</returns>
    public static string ToDisplayString(this object? value, string mimeType = "text/plain") =>
        Formatter.ToDisplayString(value, mimeType);
}
