using Microsoft.CodeAnalysis;

namespace Diffusion.Notebooks;

/// <summary>Resolves the compiler's <c>#load</c>: relative to the file that names it, with the separators of any system.</summary>
internal sealed class CellSources(string folder) : SourceFileResolver([], folder)
{
    public override string? ResolveReference(string path, string? baseFilePath) =>
        base.ResolveReference(path.Replace('\\', '/'), baseFilePath);
}
