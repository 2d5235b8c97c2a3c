using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Diffusion.Notebooks.Tests;

/// <summary>A folder of a test's own, with notebooks and DLLs written into it.</summary>
internal sealed class Workspace : IDisposable
{
    public Workspace() => Folder = Directory.CreateTempSubdirectory("ddm-test-").FullName;

    public string Folder { get; }

    /// <summary>Far more than any cell of a test takes, on a busy machine too.</summary>
    public static TimeSpan Limit => TimeSpan.FromMinutes(5);

    public string PathOf(string name) => Path.Combine(Folder, name);

    public string WriteText(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
        return PathOf(name);
    }

    public static JsonObject Code(string source, params string[] tags) => new()
    {
        ["cell_type"] = "code",
        ["id"] = "c" + (uint)source.GetHashCode(StringComparison.Ordinal),
        ["execution_count"] = null,
        ["metadata"] = tags.Length == 0 ? [] : new JsonObject { ["tags"] = new JsonArray([.. tags.Select(tag => (JsonNode)tag)]) },
        ["outputs"] = new JsonArray(),
        ["source"] = source,
    };

    public static JsonObject Markdown(string source) => new()
    {
        ["cell_type"] = "markdown",
        ["metadata"] = new JsonObject(),
        ["source"] = source,
    };

    public string WriteNotebook(string name, params JsonObject[] cells) => WriteText(name, new JsonObject
    {
        ["cells"] = new JsonArray([.. cells.Select((cell, i) =>
        {
            cell["id"] = $"cell{i}";
            return (JsonNode)cell;
        })]),
        ["metadata"] = new JsonObject
        {
            ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" },
        },
        ["nbformat"] = 4,
        ["nbformat_minor"] = 5,
    }.ToJsonString());

    public Notebook LoadNotebook(params string[] sources) =>
        Notebook.Load(WriteNotebook("notebook.ipynb", [.. sources.Select(source => Code(source))]));

    /// <summary>Compiles a DLL, so that a test needs no other project.</summary>
    public string WriteLibrary(string name, string source, params string[] references)
    {
        var path = PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var framework = Directory.GetFiles(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "System*.dll")
            .Where(file => !file.Contains(".Native.", StringComparison.Ordinal));
        var result = CSharpCompilation.Create(
            Path.GetFileNameWithoutExtension(name),
            [CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp14))],
            framework.Concat(references).Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(path);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        return path;
    }

    /// <summary>Writes a package as NuGet reads it, with one DLL.</summary>
    public void WritePackage(string folder, string id, string version, string library, params (string Id, string Version)[] dependencies)
    {
        Directory.CreateDirectory(PathOf(folder));
        using var package = ZipFile.Open(Path.Combine(PathOf(folder), $"{id}.{version}.nupkg"), ZipArchiveMode.Create);
        package.CreateEntryFromFile(library, $"lib/net8.0/{Path.GetFileName(library)}");
        using var manifest = new StreamWriter(package.CreateEntry($"{id}.nuspec").Open());
        manifest.Write($"""
            <package xmlns="http://schemas.microsoft.com/packaging/2013/05/nuspec.xsd">
              <metadata>
                <id>{id}</id><version>{version}</version><authors>test</authors><description>test</description>
                <dependencies>
                  <group targetFramework="net8.0">{string.Concat(dependencies.Select(d => $"<dependency id=\"{d.Id}\" version=\"{d.Version}\" />"))}</group>
                </dependencies>
              </metadata>
            </package>
            """);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);
}
