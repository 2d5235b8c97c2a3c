namespace Diffusion.Notebooks;

/// <summary>The file that a line <c>#!import</c> names.</summary>
internal static class ImportedFile
{
    /// <summary>The file's path.</summary>
    /// <param name="name">What the line says.</param>
    /// <param name="folders">Where to look: beside the file that imports; also beside the notebook, as in .NET Interactive.</param>
    /// <returns><see langword="null"/> where there is none.</returns>
    public static string? Find(string name, params IEnumerable<string> folders) =>
        folders.Select(from => Path.GetFullPath(name.Replace('\\', '/'), from)).FirstOrDefault(File.Exists);

    /// <summary>The scripts that the file holds, each with the name by which errors call it.</summary>
    public static IEnumerable<(string Name, string Source)> Scripts(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".IPYNB" or ".DIB" => Notebook.Load(path).Cells.Where(cell => cell.IsExecutable)
            .Select(cell => ($"{Path.GetFileName(path)} {CellError.FileName(cell.Number)}", cell.Source)),
        ".CS" or ".CSX" => [(Path.GetFileName(path), File.ReadAllText(path))],
        _ => throw new NotebookFormatException($"{Path.GetFileName(path)}: #!import takes .cs, .csx, .ipynb and .dib."),
    };
}
