using Diffusion.Notebooks;

namespace Diffusion.Cli;

/// <summary>Finds and reads the notebooks that a verb was given.</summary>
internal static class NotebookFiles
{
    /// <summary>The folder of the nearest repository above the current folder that has notebooks, else the current folder.</summary>
    /// <returns>A full path.</returns>
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
    /// <returns>The notebooks, at least one, with different file names.</returns>
    /// <exception cref="NotebookFormatException">One of them is no notebook, or there is none.</exception>
    /// <exception cref="FileNotFoundException">A path does not exist.</exception>
    public static IReadOnlyList<Notebook> Load(IEnumerable<string> paths)
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

        var notebooks = files.ConvertAll(Notebook.Load);
        foreach (var notebook in notebooks)
        {
            var code = notebook.Cells.Where(cell => cell.Kind == CellKind.Code && !string.IsNullOrWhiteSpace(cell.Source)).ToList();
            if (code.Count > 0 && !code.Exists(cell => cell.IsExecutable))
            {
                throw new NotebookFormatException($"{notebook.Path}: no cell is C#; the notebook's language is {notebook.Language}.");
            }
        }

        return notebooks;
    }
}
