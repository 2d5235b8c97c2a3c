using System.Security.Cryptography;

namespace Diffusion.Notebooks;

/// <summary>Finds the files on which a notebook's outputs depend, and their hashes.</summary>
/// <remarks>
/// The notebook itself; every file that a string in a cell names, which covers <c>#r</c>, <c>#load</c> and data; what
/// <c>#!import</c> names; what scripts found so name in turn; and for a DLL the DLLs of its folder, from which it takes
/// what it refers to. What a cell finds by a path that it puts together goes unnoticed. A file that cannot be read, a pipe
/// and a device count as empty.
/// </remarks>
internal sealed class NotebookInputs
{
    private const string Import = "#!import ";

    // A larger file is known by its length and its time.
    private const long MostBytes = 1_000_000_000;

    private static readonly EnumerationOptions Neighbours = new() { RecurseSubdirectories = true, MaxRecursionDepth = 1 };

    // Notebooks of a series refer to the same DLLs.
    private readonly Dictionary<string, string> hashes = new(StringComparer.Ordinal);

    /// <summary>The inputs of a notebook.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="shared">Files and folders on which every notebook depends.</param>
    /// <returns>SHA-256 in hexadecimal by the file's path relative to the notebook's folder.</returns>
    public SortedDictionary<string, string> Of(Notebook notebook, IEnumerable<string> shared)
    {
        var folder = Path.GetDirectoryName(notebook.Path)!;
        var files = new HashSet<string>(StringComparer.Ordinal) { notebook.Path };
        foreach (var path in shared)
        {
            files.UnionWith(Directory.Exists(path) ? Directory.GetFiles(path, "*", SearchOption.AllDirectories) : [path]);
        }

        foreach (var cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Code))
        {
            Add(files, cell.Source, folder, folder);
        }

        return new(
            files.Where(File.Exists).ToDictionary(file => Path.GetRelativePath(folder, file).Replace('\\', '/'), Hash),
            StringComparer.Ordinal);
    }

    private static void Add(HashSet<string> files, string code, params ReadOnlySpan<string> folders)
    {
        foreach (var name in Names(code))
        {
            foreach (var folder in folders)
            {
                var file = Path.GetFullPath(Path.Combine(folder, name.Replace('\\', '/')));
                if (!File.Exists(file) || !files.Add(file))
                {
                    continue;
                }

                var own = Path.GetDirectoryName(file)!;
                switch (Path.GetExtension(file).ToLowerInvariant())
                {
                    case ".dll":
                        files.UnionWith(Directory.GetFiles(own, "*.dll", Neighbours));
                        break;
                    case ".cs" or ".csx" or ".dib" or ".ipynb":
                        Add(files, SourceOf(file), own, folders[0]);
                        break;
                }
            }
        }
    }

    // Whatever stands between two quotation marks: a quotation mark within a string must not hide the next one.
    private static IEnumerable<string> Names(string code) => code.Split('\n').SelectMany(line =>
        line.TrimStart().StartsWith(Import, StringComparison.Ordinal)
            ? [line.TrimStart()[Import.Length..].Trim().Trim('"')]
            : line.Split('"').Skip(1).SkipLast(1)).Where(text => text.Length > 0 && !text.Contains('\0'));

    private static string SourceOf(string file)
    {
        try
        {
            return Path.GetExtension(file).Equals(".ipynb", StringComparison.OrdinalIgnoreCase)
                ? string.Join('\n', Notebook.Load(file).Cells.Where(cell => cell.Kind == CellKind.Code).Select(cell => cell.Source))
                : RegularFile.Length(file) is > 0 and < MostBytes ? File.ReadAllText(file) : "";
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            return ""; // The cell that imports it will say so.
        }
    }

    private string Hash(string file)
    {
        if (!hashes.TryGetValue(file, out var hash))
        {
            hashes[file] = hash = Content(file);
        }

        return hash;
    }

    private static string Content(string file)
    {
        try
        {
            var length = RegularFile.Length(file);
            using var stream = length > 0 && length < MostBytes ? File.OpenRead(file) : Stream.Null;
            return length < MostBytes
                ? Convert.ToHexStringLower(SHA256.HashData(stream))
                : FormattableString.Invariant($"{length} bytes, {File.GetLastWriteTimeUtc(file):O}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
