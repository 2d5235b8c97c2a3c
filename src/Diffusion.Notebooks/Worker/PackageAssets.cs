using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>The files that a restore chose, read from its project.assets.json.</summary>
/// <param name="References">The DLLs to compile against.</param>
/// <param name="Assemblies">The DLLs to load.</param>
/// <param name="Natives">The native libraries to load.</param>
internal sealed record PackageAssets(IReadOnlyList<string> References, IReadOnlyList<string> Assemblies, IReadOnlyList<string> Natives)
{
    /// <summary>Reads the files for one runtime.</summary>
    /// <returns><see langword="null"/> when there is no such file or not all that it names is still there.</returns>
    public static PackageAssets? Read(string path, string runtime)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!;
            var folders = json["packageFolders"]!.AsObject().Select(folder => folder.Key).ToList();
            var chosen = json["targets"]!.AsObject()
                .Single(target => target.Key.EndsWith("/" + runtime, StringComparison.Ordinal)).Value!.AsObject();
            var assets = new PackageAssets(Files("compile"), Files("runtime"), Files("native"));
            return assets.References.Concat(assets.Assemblies).Concat(assets.Natives).All(File.Exists) ? assets : null;

            List<string> Files(string kind) => [.. chosen.SelectMany(library =>
                (library.Value![kind] as JsonObject ?? []).Select(file => file.Key)
                    // The mark of a framework for which a package holds nothing.
                    .Where(file => Path.GetFileName(file) != "_._")
                    .Select(file => Find(Path.Combine(json["libraries"]![library.Key]!["path"]!.GetValue<string>(), file))))];

            string Find(string file) => folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists) ?? file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException
            or InvalidOperationException or NullReferenceException)
        {
            return null;
        }
    }
}
