using Microsoft.AspNetCore.Http;

namespace Diffusion.Lab;

/// <summary>Lets in what comes from the laboratory's own page, and answers bad input in one line.</summary>
internal static class Doorkeeper
{
    private static readonly string[] Hosts = ["localhost", "127.0.0.1", "[::1]"];

    // The page brings everything itself; pictures and icons are data, and plotly.js and handles set styles.
    private const string Policy =
        "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline'; frame-ancestors 'none'; base-uri 'none'; "
        + "form-action 'none'";

    /// <summary>
    /// Refuses a foreign Host, by which a name of another's would reach this machine (DNS rebinding), and a foreign origin, which is
    /// another site's script or picture.
    /// </summary>
    public static async Task Admit(HttpContext context, RequestDelegate next)
    {
        HttpRequest request = context.Request;
        IHeaderDictionary headers = context.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.CacheControl = "no-store";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        bool isAsked = request.Path.StartsWithSegments("/api", StringComparison.Ordinal);
        if (!Hosts.Contains(request.Host.Host, StringComparer.OrdinalIgnoreCase))
        {
            string line = $"Host: got \"{request.Host}\"; takes {string.Join(", ", Hosts)}";
            await Refuse(context, StatusCodes.Status403Forbidden, line).ConfigureAwait(false);
            return;
        }

        string? origin = request.Headers.Origin, site = request.Headers["Sec-Fetch-Site"];
        if ((origin is not null && origin != $"http://{request.Host}") || (isAsked && site is "cross-site" or "same-site"))
        {
            string line = $"Origin: got \"{origin ?? site}\"; takes http://{request.Host}";
            await Refuse(context, StatusCodes.Status403Forbidden, line).ConfigureAwait(false);
            return;
        }

        try
        {
            InvalidInputException.Require(request.QueryString.Value!.Length <= Limits.Query,
                "query", $"{request.QueryString.Value.Length} characters", $"at most {Limits.Query}");
            await next(context).ConfigureAwait(false);
        }
        catch (Exception failure) when (!context.Response.HasStarted && failure is not OperationCanceledException)
        {
            await Refuse(
                context,
                failure is InvalidInputException ? StatusCodes.Status400BadRequest : StatusCodes.Status500InternalServerError,
                Line(failure)).ConfigureAwait(false);
        }
    }

    /// <summary>Answers with one line.</summary>
    public static Task Refuse(HttpContext context, int status, string line)
    {
        context.Response.StatusCode = status;
        return context.Response.WriteAsJsonAsync(new { line }, EventStream.Json);
    }

    /// <summary>What a failure says, in one line.</summary>
    public static string Line(Exception failure) => failure.Message.ReplaceLineEndings(" ");
}
