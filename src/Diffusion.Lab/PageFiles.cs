using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace Diffusion.Lab;

/// <summary>The page's files, which the assembly carries.</summary>
internal static class PageFiles
{
    private const string Policy =
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'";

    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".svg"] = "image/svg+xml",
    };

    private static readonly ConcurrentDictionary<string, byte[]?> Known = new();

    public static Task WriteAsync(HttpResponse response, string path)
    {
        string name = path == "/" ? "index.html" : path[(path.LastIndexOf('/') + 1)..];
        if (Known.GetOrAdd(name, Read) is not { } bytes)
        {
            response.StatusCode = StatusCodes.Status404NotFound;
            return Task.CompletedTask;
        }

        response.ContentType = Types[Path.GetExtension(name)];
        response.Headers.ContentSecurityPolicy = Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers.CacheControl = "no-cache";
        return response.Body.WriteAsync(bytes, 0, bytes.Length);
    }

    private static byte[]? Read(string name)
    {
        using Stream? file = typeof(PageFiles).Assembly.GetManifestResourceStream(name);
        if (file is null || !Types.ContainsKey(Path.GetExtension(name)))
        {
            return null;
        }

        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        return bytes;
    }
}
