namespace Diffusion.Notebooks;

/// <summary>The names under which hosts know a cell's language.</summary>
internal static class Languages
{
    public const string CSharp = "csharp";

    public static string? Find(string name) => name.ToLowerInvariant() switch
    {
        "csharp" or "c#" or "cs" or ".net-csharp" => CSharp,
        "fsharp" or "f#" or "fs" or ".net-fsharp" => "fsharp",
        "pwsh" or "powershell" or ".net-pwsh" => "pwsh",
        "python" or "python3" => "python",
        "html" => "html",
        "javascript" or "js" => "javascript",
        "sql" => "sql",
        "kql" => "kql",
        "mermaid" => "mermaid",
        "http" or "httprequest" => "http",
        "markdown" or "md" => "markdown",
        "value" => "value",
        // What a .dib file says about itself.
        "meta" => "meta",
        _ => null,
    };
}
