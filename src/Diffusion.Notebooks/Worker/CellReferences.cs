using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace Diffusion.Notebooks;

/// <summary>Resolves <c>#r</c>: DLLs relative to the notebook's folder, and packages of the user's package folder.</summary>
internal sealed class CellReferences(string folder, PackageFolder packages) : MetadataReferenceResolver
{
    private readonly ScriptMetadataResolver _files = ScriptMetadataResolver.Default.WithBaseDirectory(folder);

    public override bool ResolveMissingAssemblies => true;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (!reference.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            return _files.ResolveReference(reference.Replace('\\', '/'), baseFilePath, properties);
        }

        var paths = packages.Add(reference["nuget:".Length..]);
        // For the compiler no file means that the package is missing; a package may hold none, or be the host's.
        return [.. paths.DefaultIfEmpty(typeof(object).Assembly.Location)
            .Select(path => MetadataReference.CreateFromFile(path, properties))];
    }

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        _files.ResolveMissingAssembly(definition, referenceIdentity);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => folder.GetHashCode(StringComparison.Ordinal);
}
