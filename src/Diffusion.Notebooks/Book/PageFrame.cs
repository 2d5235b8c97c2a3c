using System.Net;

namespace Diffusion.Notebooks;

/// <summary>What every page of a book shares: head, style, script.</summary>
internal static class PageFrame
{
    // A page may run what it carries and the plotly.js beside it; whatever else an output asks the network for is refused.
    private const string Policy =
        "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' 'self' file: blob:; style-src 'unsafe-inline'; " +
        "img-src data: blob:; font-src data:; media-src data:; worker-src blob:";

    private const string Beginning = """
        <!DOCTYPE html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="generator" content="ddm book">
        """;

    // A round cloud and the point that it came from.
    private const string Icon =
        "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'%3E"
        + "%3Ccircle cx='8' cy='8' r='7' fill='%2320609f' fill-opacity='.35'/%3E"
        + "%3Ccircle cx='8' cy='8' r='3' fill='%2320609f'/%3E%3C/svg%3E";

    public static string Render(string title, string body, bool plotly) => $"""
        {Beginning}
        <meta http-equiv="Content-Security-Policy" content="{Policy}">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>{WebUtility.HtmlEncode(title)}</title>
        <link rel="icon" href="{Icon}">
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

    /// <summary>Whether a file is a page of a book.</summary>
    public static bool Wrote(string path)
    {
        using var reader = new StreamReader(path);
        var start = new char[Beginning.Length];
        return reader.ReadBlock(start) == start.Length && Beginning.AsSpan().SequenceEqual(start);
    }

    private static string Resource(string name)
    {
        using var stream = typeof(PageFrame).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().Trim();
    }
}
