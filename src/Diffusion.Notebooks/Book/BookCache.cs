using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Keeps executed notebooks, so that the next book executes only those whose inputs changed.</summary>
/// <remarks>
/// A notebook's inputs are its own file, the DLLs, scripts and data that its cells name, and files that every notebook
/// shares. A notebook that failed is not kept. The pages themselves are written anew every time.
/// </remarks>
/// <param name="folder">Where executed notebooks are kept; created when the first one is.</param>
/// <param name="shared">Files and folders on which every notebook depends.</param>
public sealed class BookCache(string folder, params IReadOnlyCollection<string> shared)
{
    private readonly NotebookInputs inputs = new();
    private readonly Dictionary<Notebook, string> states = [];

    /// <summary>Notes a notebook's inputs as they are now, and gives it the outputs of its last run if they are the same.</summary>
    /// <param name="notebook">A notebook that is about to be executed; to be called before it is.</param>
    /// <returns>Whether the notebook has its outputs and need not be executed.</returns>
    public bool Restore(Notebook notebook)
    {
        Note(notebook);
        var (record, executed) = PathsOf(notebook);
        try
        {
            if (!File.Exists(record) || !File.Exists(executed)
                || File.ReadAllText(record) != Record(states[notebook], File.ReadAllBytes(executed)))
            {
                return false;
            }

            var cells = Notebook.Load(executed).Cells;
            foreach (var (cell, kept) in notebook.Cells.Zip(cells).Where(pair => pair.First.Kind == CellKind.Code))
            {
                cell.Json["outputs"] = kept.Json["outputs"]!.DeepClone();
                cell.Json["execution_count"] = kept.Json["execution_count"]?.DeepClone();
            }

            return true;
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            return false; // Someone wrote into the folder; executing the notebook mends it.
        }
    }

    /// <summary>Notes a notebook's inputs as they are now.</summary>
    /// <param name="notebook">A notebook that is about to be executed; to be called before it is.</param>
    public void Note(Notebook notebook) =>
        states[notebook] = JsonSerializer.Serialize(inputs.Of(notebook, shared), new JsonSerializerOptions { WriteIndented = true });

    /// <summary>Keeps an executed notebook, or forgets what was kept when it failed.</summary>
    /// <param name="chapter">A chapter whose inputs were noted before it ran.</param>
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public void Keep(BookChapter chapter)
    {
        var (record, executed) = PathsOf(chapter.Notebook);
        Directory.CreateDirectory(folder);
        // First the record: without it an executed notebook counts for nothing.
        File.Delete(record);
        if (chapter.Failure is null)
        {
            chapter.Notebook.Save(executed);
            AtomicFile.WriteAllText(record, Record(states[chapter.Notebook], File.ReadAllBytes(executed)));
        }
    }

    private static string Record(string inputs, byte[] executed) => new JsonObject
    {
        ["inputs"] = JsonNode.Parse(inputs),
        ["executed"] = Convert.ToHexStringLower(SHA256.HashData(executed)),
    }.ToJsonString(new JsonSerializerOptions { WriteIndented = true });

    private (string Record, string Executed) PathsOf(Notebook notebook)
    {
        var name = Path.GetFileNameWithoutExtension(notebook.Path);
        return (Path.Combine(folder, name + ".inputs.json"), Path.Combine(folder, name + ".ipynb"));
    }
}
