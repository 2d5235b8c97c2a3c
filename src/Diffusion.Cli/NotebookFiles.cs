using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary>Finds and reads the notebooks that a verb was given.</summary>
internal static class NotebookFiles
{
    /// <summary>The folder of the nearest repository above the current folder that has notebooks, else the current folder.</summary>
    public static string Home()
    {
        for (var folder = new DirectoryInfo(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
        {
            if (Directory.Exists(Path.Combine(folder.FullName, "notebooks")))
            {
                return folder.FullName;
            }
        }

        return Environment.CurrentDirectory;
    }

    /// <summary>Reads notebooks; a folder stands for its .ipynb files in the order of their names.</summary>
    /// <param name="paths">Files and folders.</param>
    /// <param name="anyLanguage">Whether notebooks without a C# cell are taken too.</param>
    /// <exception cref="NotebookFormatException">One of them is no notebook, or there is none.</exception>
    /// <exception cref="FileNotFoundException">A path does not exist.</exception>
    public static IReadOnlyList<Notebook> Load(IEnumerable<string> paths, bool anyLanguage = false) =>
        [.. Find(paths).Select(file => anyLanguage ? Notebook.Load(file) : Read(file))];

    /// <summary>Reads notebooks as <see cref="Load"/> does; one that cannot be read is a chapter that says so.</summary>
    public static IReadOnlyList<BookChapter> LoadChapters(IEnumerable<string> paths) => [.. Find(paths).Select(file =>
    {
        try
        {
            return new BookChapter(Read(file), null);
        }
        catch (Exception e) when (e is NotebookFormatException or UnauthorizedAccessException)
        {
            Console.WriteLine($"{Path.GetFileName(file)}  FAILED: {e.Message}");
            var message = e.Message.Replace(file, Path.GetFileName(file), StringComparison.Ordinal);
            return new BookChapter(Notebook.Unreadable(file), new CellFailure(0, null, "NotebookFormat", message));
        }
    })];

    private static List<string> Find(IEnumerable<string> paths)
    {
        var files = paths.SelectMany<string, string>(path => Directory.Exists(path)
            ? Directory.GetFiles(path, "*.ipynb").Order(StringComparer.Ordinal)
            : [path]).ToList();
        if (files.Count == 0)
        {
            throw new NotebookFormatException($"{string.Join(", ", paths)}: there is no .ipynb file.");
        }

        var twice = files.GroupBy(file => Path.GetFileNameWithoutExtension(file), StringComparer.OrdinalIgnoreCase)
            .FirstOrDefault(group => group.Count() > 1);
        if (twice is not null)
        {
            throw new NotebookFormatException($"{twice.Key}: two notebooks have this name, and the results go to one folder.");
        }

        return files;
    }

    private static Notebook Read(string file)
    {
        var notebook = Notebook.Load(file);
        var code = notebook.Cells.Where(cell => cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(cell.Source)).ToList();
        return code.Count == 0 || code.Exists(cell => cell.IsExecutable)
            ? notebook
            : throw new NotebookFormatException($"{file}: no cell is C#; the notebook's language is {notebook.Language}.");
    }
}
