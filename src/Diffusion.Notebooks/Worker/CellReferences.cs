using System.Collections.Immutable;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Scripting;

namespace Diffusion.Notebooks;

/// <summary>
/// Resolves the compiler's <c>#r</c>: DLLs relative to the file that names them or to the notebook, and packages in files that a
/// cell loads.
/// </summary>
internal sealed class CellReferences(string folder, PackageSet packages) : MetadataReferenceResolver
{
    private readonly ScriptMetadataResolver files = ScriptMetadataResolver.Default.WithBaseDirectory(folder);

    public override bool ResolveMissingAssemblies => true;

    public override ImmutableArray<PortableExecutableReference> ResolveReference(
        string reference, string? baseFilePath, MetadataReferenceProperties properties)
    {
        if (!reference.StartsWith("nuget:", StringComparison.OrdinalIgnoreCase))
        {
            var path = reference.Replace('\\', '/');
            var found = files.ResolveReference(path, baseFilePath, properties);
            found = found.IsEmpty ? files.ResolveReference(path, null, properties) : found;
            if (found is [{ FilePath: { } named }])
            {
                packages.Name(named);
            }

            return found;
        }

        packages.Add([new PackageDirective(IsSource: false, reference["nuget:".Length..].Trim(), Line: 0)]);
        // For the compiler no file means that the package is missing; a package may hold none, or be the host's.
        return packages.References is { Count: > 0 } references
            ? [.. references]
            : [MetadataReference.CreateFromFile(typeof(object).Assembly.Location, properties)];
    }

    public override PortableExecutableReference? ResolveMissingAssembly(MetadataReference definition, AssemblyIdentity referenceIdentity) =>
        files.ResolveMissingAssembly(definition, referenceIdentity);

    public override bool Equals(object? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => folder.GetHashCode(StringComparison.Ordinal);
}
