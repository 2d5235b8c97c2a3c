using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Where a notebook's relative links and pictures lead from its page.</summary>
/// <param name="notebookFolder">The folder to which the notebook's links are relative.</param>
/// <param name="bookFolder">The folder of the pages.</param>
/// <param name="pages">The book's pages by the full path of their notebooks.</param>
internal sealed class LinkTargets(string notebookFolder, string bookFolder, IReadOnlyDictionary<string, string> pages)
{
    private const long MostBytes = 20_000_000;

    private static readonly string[] Web = ["https:", "http:", "mailto:", "/"];

    /// <summary>The link as the page writes it.</summary>
    /// <param name="url">The link as the notebook writes it.</param>
    /// <returns><see langword="null"/> when there is nothing at its other end, or what a page must not open.</returns>
    public string? Link(string url)
    {
        var (path, fragment) = url.IndexOf('#') is var hash and >= 0 ? (url[..hash], url[hash..]) : (url, "");
        if (path.Length == 0)
        {
            return Section(fragment);
        }

        if (!IsRelative(path))
        {
            return Web.Any(start => path.StartsWith(start, StringComparison.OrdinalIgnoreCase)) ? url : null;
        }

        var file = Resolve(path);
        if (pages.TryGetValue(file, out var page))
        {
            return Uri.EscapeDataString(page) + Section(fragment);
        }

        return Path.Exists(file)
            ? string.Join('/', Path.GetRelativePath(bookFolder, file).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString))
                + fragment
            : null;
    }

    /// <summary>A picture as a data URI.</summary>
    /// <param name="url">A file's path, <c>attachment:name</c> or a data URI.</param>
    /// <param name="attachments">The cell's attachments.</param>
    /// <returns><see langword="null"/> when the page cannot carry it.</returns>
    public string? Picture(string url, JsonObject? attachments)
    {
        if (url.StartsWith("data:image/", StringComparison.Ordinal))
        {
            return url;
        }

        if (url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var bundle = attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] as JsonObject ?? [];
            return bundle.FirstOrDefault(one => one.Key.StartsWith("image/", StringComparison.Ordinal))
                is { Key: { } mime, Value: { } base64 }
                ? $"data:{mime};base64,{MultilineText.Read(base64).ReplaceLineEndings("")}"
                : null;
        }

        var type = Path.GetExtension(url).ToLowerInvariant() switch
        {
            ".png" => "image/png",
            ".jpg" or ".jpeg" => "image/jpeg",
            ".gif" => "image/gif",
            ".svg" => "image/svg+xml",
            ".webp" => "image/webp",
            _ => null,
        };
        return type is not null && IsRelative(url) && Resolve(url) is var file && RegularFile.Length(file) is > 0 and < MostBytes
            ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}"
            : null;
    }

    /// <summary>Whether an anchor is a footnote's or that of a place which names one.</summary>
    public static bool IsFootnote(string anchor) =>
        anchor.StartsWith("fn:", StringComparison.Ordinal) || anchor.StartsWith("fnref:", StringComparison.Ordinal);

    // Jupyter's anchors keep capitals and signs; the pages' do not.
    private static string Section(string fragment) =>
        fragment.Length < 2 || IsFootnote(fragment[1..]) ? fragment : "#" + Heading.Slug(Uri.UnescapeDataString(fragment[1..]));

    private static bool IsRelative(string path) =>
        !path.StartsWith('/') && !(path.IndexOf(':') is var colon and >= 0 && path.AsSpan(0, colon).IndexOfAny('/', '?') < 0);

    private string Resolve(string path) => Path.GetFullPath(Path.Combine(
        notebookFolder, Uri.UnescapeDataString(path.Split('?')[0]).Replace("\0", "", StringComparison.Ordinal)));
}
