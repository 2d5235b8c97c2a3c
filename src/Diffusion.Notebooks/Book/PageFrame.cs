using System.Net;

namespace Diffusion.Notebooks;

/// <summary>What every page of a book shares: head, style, script.</summary>
internal static class PageFrame
{
    // A page may run what it carries and the plotly.js beside it; whatever else an output asks the network for is refused.
    private const string Policy =
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' 'self' file: blob:; style-src 'unsafe-inline'; " +
        "img-src data: blob:; font-src data:; media-src data:; worker-src blob:";

    public static string Render(string title, string body, bool plotly) => $"""
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <style>
        {Resource("book.css")}
        </style>
        {(plotly ? $"<script src=\"{HtmlBook.PlotlyName}\"></script>" : "")}
        </head>
        <body>
        {body}
        <script>
        {Resource("book.js")}
        </script>
        </body>
        </html>

        """;

    private static string Resource(string name)
    {
        using var stream = typeof(PageFrame).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }
}
