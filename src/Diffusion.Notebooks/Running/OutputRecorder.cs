using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>Writes a run's events into the notebook's cells as nbformat's outputs.</summary>
internal sealed class OutputRecorder
{
    private readonly Dictionary<int, NotebookCell> _cells;
    private readonly Dictionary<string, JsonObject> _displays = new(StringComparer.Ordinal);
    private NotebookCell? _current;
    private int _executed;

    public OutputRecorder(IReadOnlyList<NotebookCell> cells)
    {
        _cells = cells.ToDictionary(cell => cell.Number);
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
                _current = _cells[message["cell"]!.GetValue<int>()];
                _current.Json["execution_count"] = ++_executed;
                break;
            case "stream":
                Stream(message["name"]!.GetValue<string>(), message["text"]!.GetValue<string>());
                break;
            case "display":
                var shown = new JsonObject
                {
                    ["output_type"] = "display_data",
                    ["data"] = Data(message),
                    ["metadata"] = new JsonObject(),
                };
                // nbformat has no place for a display's id: it lives as long as the run.
                _displays[message["id"]!.GetValue<string>()] = shown;
                Add(shown);
                break;
            case "result":
                Add(new JsonObject
                {
                    ["output_type"] = "execute_result",
                    ["execution_count"] = _executed,
                    ["data"] = Data(message),
                    ["metadata"] = new JsonObject(),
                });
                break;
            case "update":
                _displays[message["id"]!.GetValue<string>()]["data"] = Data(message);
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

    public void Fail(string name, string message, string details = "")
    {
        var traceback = new JsonArray($"cell {_current?.Number ?? 0}: {name}: {message}");
        foreach (var line in details.Split('\n', StringSplitOptions.RemoveEmptyEntries))
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
            data[mime] = mime switch
            {
                "application/json" => JsonNode.Parse(text),
                _ when mime.StartsWith("text/", StringComparison.Ordinal) || mime == "image/svg+xml" => MultilineText.Write(text),
                _ => text,
            };
        }

        return data;
    }

    private void Add(JsonObject output) => Outputs().Add(output);

    private JsonArray Outputs() => (JsonArray)(_current ?? _cells.Values.First()).Json["outputs"]!;

    private void Stream(string name, string text)
    {
        if (Outputs().LastOrDefault() is JsonObject last
            && last["output_type"]!.GetValue<string>() == "stream" && last["name"]!.GetValue<string>() == name)
        {
            text = MultilineText.Read(last["text"]) + text;
            last["text"] = MultilineText.Write(text);
            return;
        }

        Add(new JsonObject { ["output_type"] = "stream", ["name"] = name, ["text"] = MultilineText.Write(text) });
    }

    private void Error(string name, string message, JsonArray traceback, int? line, bool evenIfAllowed = false)
    {
        Add(new JsonObject
        {
            ["output_type"] = "error",
            ["ename"] = name,
            ["evalue"] = message,
            ["traceback"] = traceback,
        });
        if (evenIfAllowed || _current is not { MayFail: true })
        {
            Failure = new CellFailure(_current?.Number ?? 0, line, name, message);
        }
    }
}
