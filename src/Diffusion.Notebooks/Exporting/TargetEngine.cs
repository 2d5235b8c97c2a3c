using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Another notebook engine, and the form in which it opens a notebook.</summary>
public abstract class TargetEngine
{
    private protected TargetEngine()
    {
    }

    /// <summary>Every one.</summary>
    public static IReadOnlyList<TargetEngine> All { get; } = [new ClrKernelEngine(), new VersoEngine()];

    /// <summary>The name by which a user says it, in lower case.</summary>
    public abstract string Name { get; }

    /// <summary>How the files end that it opens.</summary>
    public abstract string Extension { get; }

    /// <summary>What it calls each language that it runs, by the kit's name.</summary>
    private protected abstract IReadOnlyDictionary<string, string> Cells { get; }

    /// <summary>Writes a notebook, without outputs, in the engine's form, whole or not at all.</summary>
    /// <remarks>
    /// What cells import stands in the new notebook as cells of its own, and what they refer to is named by its full path, so that
    /// the new notebook may lie anywhere on this machine.
    /// </remarks>
    /// <param name="notebook">The notebook.</param>
    /// <param name="path">The file to write.</param>
    /// <exception cref="NotebookFormatException">A cell is in a language, or has a line, that the engine does not take.</exception>
    public void Export(Notebook notebook, string path)
    {
        IReadOnlyList<ExportedCell> cells = [.. ExportedCell.Of(notebook)];
        foreach (var cell in cells)
        {
            if (cell.From.Kind == CellKind.Code && !Cells.ContainsKey(cell.Language))
            {
                throw new NotebookFormatException($"{notebook.Path}: cell {cell.From.Number} is {cell.Language}, which {Name} does not run.");
            }
        }

        AtomicFile.WriteAllText(path, Document(notebook, cells).ToJsonString(Notebook.Writing) + "\n");
    }

    /// <summary>The document, for cells of which the engine runs every one.</summary>
    private protected abstract JsonObject Document(Notebook notebook, IReadOnlyList<ExportedCell> cells);
}
