namespace Diffusion.Notebooks;

/// <summary>The names under which hosts know a cell's language.</summary>
internal static class Languages
{
    public const string CSharp = "csharp";

    private const string VsCode = "dotnet-interactive.";

    /// <summary>The language that the first of several names says.</summary>
    /// <returns><see langword="null"/> when none says one, as VS Code's name for whatever kernel a notebook has.</returns>
    public static string? First(params ReadOnlySpan<string?> names)
    {
        foreach (var name in names)
        {
            if (name is not (null or "polyglot-notebook"))
            {
                return Find(name) ?? name;
            }
        }

        return null;
    }

    public static string? Find(string? name) => name?.ToLowerInvariant().Replace(VsCode, "", StringComparison.Ordinal) switch
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
