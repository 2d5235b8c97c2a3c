using System.Text.Json;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Writes a run's events into the notebook's cells as nbformat's outputs.</summary>
internal sealed class OutputRecorder
{
    private const int MostDetails = 12;
    private static readonly string[] Machinery =
        ["Microsoft.CodeAnalysis", "System.Runtime.CompilerServices", "System.Threading", "Diffusion.Notebooks."];
    private readonly Dictionary<int, NotebookCell> cells;
    private readonly Dictionary<string, JsonObject> displays = new(StringComparer.Ordinal);
    private NotebookCell? current;
    private PrintedText? printed;
    private int executed;

    public OutputRecorder(IReadOnlyList<NotebookCell> cells)
    {
        this.cells = cells.ToDictionary(cell => cell.Number);
        foreach (var cell in cells)
        {
            cell.Json["outputs"] = new JsonArray();
            cell.Json["execution_count"] = null;
        }
    }

    public CellFailure? Failure { get; private set; }

    public void Record(JsonObject message)
    {
        switch (message["event"]!.GetValue<string>())
        {
            case "start":
                Finish();
                current = cells[message["cell"]!.GetValue<int>()];
                printed = new PrintedText(Outputs());
                current.Json["execution_count"] = ++executed;
                break;
            case "stream":
                printed!.Write(message["name"]!.GetValue<string>(), message["text"]!.GetValue<string>());
                break;
            case "update" when displays.TryGetValue(message["id"]!.GetValue<string>(), out var earlier):
                earlier["data"] = Data(message);
                break;
            case "display" or "update":
                var shown = new JsonObject
                {
                    ["output_type"] = "display_data",
                    ["data"] = Data(message),
                    ["metadata"] = new JsonObject(),
                };
                // nbformat has no place for a display's id: it lives as long as the run.
                displays[message["id"]!.GetValue<string>()] = shown;
                Add(shown);
                break;
            case "result":
                Add(new JsonObject
                {
                    ["output_type"] = "execute_result",
                    ["execution_count"] = executed,
                    ["data"] = Data(message),
                    ["metadata"] = new JsonObject(),
                });
                break;
            case "error":
                Error(
                    message["ename"]!.GetValue<string>(),
                    message["evalue"]!.GetValue<string>(),
                    (JsonArray)message["traceback"]!.DeepClone(),
                    message["line"]?.GetValue<int>());
                break;
        }
    }

    /// <summary>Ends the cell that runs: text that is printed later is the next one's.</summary>
    public void Finish()
    {
        printed?.Finish();
        printed = null;
    }

    public void Fail(string name, string message, string details = "")
    {
        var traceback = new JsonArray(new CellFailure(current?.Number ?? 0, null, name, message).ToString());
        foreach (var line in details.ReplaceLineEndings("\n").Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Where(IsTheReaders).Take(MostDetails))
        {
            traceback.Add(line);
        }

        Error(name, message, traceback, line: null, evenIfAllowed: true);
    }

    private static JsonObject Data(JsonObject message)
    {
        var data = new JsonObject();
        foreach (var (mime, value) in message["data"]!.AsObject())
        {
            var text = value!.GetValue<string>();
            try
            {
                data[mime] = mime switch
                {
                    _ when mime == "application/json" || mime.EndsWith("+json", StringComparison.Ordinal) =>
                        JsonText.Parse(text, Notebook.Deepest - 16),
                    _ when mime.StartsWith("text/", StringComparison.Ordinal) || mime == "image/svg+xml" => MultilineText.Write(text),
                    _ => text,
                };
            }
            catch (JsonException)
            {
                data["text/plain"] = MultilineText.Write(text); // What says that it is JSON, and is not.
            }
        }

        return data;
    }

    // The runtime's stack goes on below the cell, through the script engine.
    private static bool IsTheReaders(string line) =>
        !Machinery.Any(space => line.TrimStart().StartsWith("at " + space, StringComparison.Ordinal));

    private void Add(JsonObject output) => Outputs().Add(output);

    private JsonArray Outputs() => (JsonArray)(current ?? cells.Values.First()).Json["outputs"]!;

    private void Error(string name, string message, JsonArray traceback, int? line, bool evenIfAllowed = false)
    {
        Add(new JsonObject
        {
            ["output_type"] = "error",
            ["ename"] = name,
            ["evalue"] = message,
            ["traceback"] = traceback,
        });
        if (evenIfAllowed || current is not { MayFail: true })
        {
            Failure = new CellFailure(current?.Number ?? 0, line, name, message);
        }
    }
}
