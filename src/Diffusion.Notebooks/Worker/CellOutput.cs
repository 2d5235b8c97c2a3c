using System.Text;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Notebooks;

/// <summary>Turns what a cell shows and prints into events for the process that started this one.</summary>
internal sealed class CellOutput(TextWriter events)
{
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private string _textStream = "stdout";
    private int _displays;

    public DisplayedValue Display(object? value, params string[] mimeTypes)
    {
        var data = Bundle(value, mimeTypes);
        lock (_lock)
        {
            var id = $"display-{++_displays}";
            SendLocked(new JsonObject { ["event"] = "display", ["id"] = id, ["data"] = data });
            return new DisplayedValue(this, id, mimeTypes);
        }
    }

    public void Result(object? value) => Send(new JsonObject { ["event"] = "result", ["data"] = Bundle(value, []) });

    public void Update(string id, object? value, IReadOnlyList<string> mimeTypes) =>
        Send(new JsonObject { ["event"] = "update", ["id"] = id, ["data"] = Bundle(value, mimeTypes) });

    public void Print(string stream, string text)
    {
        lock (_lock)
        {
            if (_textStream != stream)
            {
                FlushLocked();
                _textStream = stream;
            }

            _text.Append(text);
            // Whole lines go out as they come; the rest waits for its end or for the next event.
            if (text.Contains('\n') || _text.Length > 4096)
            {
                FlushLocked();
            }
        }
    }

    public void Send(JsonObject message)
    {
        lock (_lock)
        {
            SendLocked(message);
        }
    }

    private static JsonObject Bundle(object? value, IReadOnlyList<string> mimeTypes)
    {
        var data = new JsonObject();
        foreach (var mimeType in mimeTypes.Count > 0 ? mimeTypes : Formatter.GetPreferredMimeTypesFor(value?.GetType()))
        {
            data[mimeType] = value.ToDisplayString(mimeType);
        }

        return data;
    }

    private void SendLocked(JsonObject message)
    {
        FlushLocked();
        events.WriteLine(message.ToJsonString());
        events.Flush();
    }

    private void FlushLocked()
    {
        if (_text.Length == 0)
        {
            return;
        }

        var text = new JsonObject { ["event"] = "stream", ["name"] = _textStream, ["text"] = _text.ToString() };
        _text.Clear();
        events.WriteLine(text.ToJsonString());
        events.Flush();
    }
}
