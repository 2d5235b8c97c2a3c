namespace Diffusion.Notebooks;

/// <summary>A line <c>#r "nuget: …"</c> or <c>#i "nuget: …"</c>.</summary>
/// <param name="IsSource">Whether it names a source (<c>#i</c>) and not a package (<c>#r</c>).</param>
/// <param name="What">The text after <c>nuget:</c>.</param>
/// <param name="Line">The line in the cell, from 1.</param>
internal sealed record PackageDirective(bool IsSource, string What, int Line)
{
    /// <summary>The address or the full path of a source, which is relative to the notebook as every path in a cell.</summary>
    public string Source(string folder) => What.Contains("://", StringComparison.Ordinal) ? What : Path.GetFullPath(What, folder);
}
