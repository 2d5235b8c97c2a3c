using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Where a notebook's relative links and pictures lead from its page.</summary>
/// <param name="notebookFolder">The folder to which the notebook's links are relative.</param>
/// <param name="bookFolder">The folder of the pages.</param>
/// <param name="pages">The book's pages by the full path of their notebooks.</param>
internal sealed class LinkTargets(string notebookFolder, string bookFolder, IReadOnlyDictionary<string, string> pages)
{
    /// <summary>The link as the page writes it.</summary>
    /// <param name="url">The link as the notebook writes it.</param>
    /// <returns><see langword="null"/> when there is nothing at its other end.</returns>
    public string? Link(string url)
    {
        var (path, fragment) = url.IndexOf('#') is var hash and >= 0 ? (url[..hash], url[hash..]) : (url, "");
        if (path.Length == 0)
        {
            return Section(fragment);
        }

        if (!IsRelative(path))
        {
            return url;
        }

        var file = Resolve(path);
        if (pages.TryGetValue(file, out var page))
        {
            return Uri.EscapeDataString(page) + Section(fragment);
        }

        return Path.Exists(file)
            ? string.Join('/', Path.GetRelativePath(bookFolder, file).Split(Path.DirectorySeparatorChar).Select(Uri.EscapeDataString)) + fragment
            : null;
    }

    /// <summary>A picture as a data URI.</summary>
    /// <param name="url">A file's path, <c>attachment:name</c> or a data URI.</param>
    /// <param name="attachments">The cell's attachments.</param>
    /// <returns><see langword="null"/> when the page cannot carry it.</returns>
    public string? Picture(string url, JsonObject? attachments)
    {
        if (url.StartsWith("data:", StringComparison.Ordinal))
        {
            return url;
        }

        if (url.StartsWith("attachment:", StringComparison.Ordinal))
        {
            var bundle = attachments?[Uri.UnescapeDataString(url["attachment:".Length..])] as JsonObject;
            return bundle is { Count: > 0 } ? $"data:{bundle.First().Key};base64,{MultilineText.Read(bundle.First().Value).ReplaceLineEndings("")}" : null;
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
        return type is not null && IsRelative(url) && Resolve(url) is var file && File.Exists(file)
            ? $"data:{type};base64,{Convert.ToBase64String(File.ReadAllBytes(file))}"
            : null;
    }

    // Jupyter's anchors keep capitals and signs; the pages' do not.
    private static string Section(string fragment) =>
        fragment.Length < 2 || fragment.StartsWith("#fn", StringComparison.Ordinal) ? fragment : "#" + Heading.Slug(Uri.UnescapeDataString(fragment[1..]));

    private static bool IsRelative(string path) =>
        !path.StartsWith('/') && !(path.IndexOf(':') is var colon and >= 0 && path.AsSpan(0, colon).IndexOfAny('/', '?') < 0);

    private string Resolve(string path) => Path.GetFullPath(Path.Combine(notebookFolder, Uri.UnescapeDataString(path.Split('?')[0])));
}
