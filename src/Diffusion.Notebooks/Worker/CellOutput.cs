using System.Text;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Notebooks;

/// <summary>Turns what a cell shows and prints into events for the process that started this one.</summary>
internal sealed class CellOutput : IDisposable
{
    private const int Chunk = 8192;
    private readonly TextWriter _events;
    private readonly Lock _lock = new();
    private readonly StringBuilder _text = new();
    private readonly Timer _soon;
    private string _textStream = "stdout";
    private bool _isWaiting;
    private int _displays;

    public CellOutput(TextWriter events)
    {
        _events = events;
        _soon = new Timer(_ => Flush());
    }

    public void Dispose() => _soon.Dispose();

    public DisplayedValue Display(object? value, params string[] mimeTypes) => Display(Bundle(value, mimeTypes), mimeTypes);

    public DisplayedValue DisplayAs(string text, string mimeType) => Display(new JsonObject { [mimeType] = text }, [mimeType]);

    public void Result(object? value) => Send(new JsonObject { ["event"] = "result", ["data"] = Bundle(value, []) });

    public void Update(string id, object? value, IReadOnlyList<string> mimeTypes) =>
        Send(new JsonObject { ["event"] = "update", ["id"] = id, ["data"] = Bundle(value, mimeTypes) });

    public void Print(string stream, ReadOnlySpan<char> text)
    {
        lock (_lock)
        {
            if (_textStream != stream)
            {
                FlushLocked();
                _textStream = stream;
            }

            for (; text.Length > Chunk; text = text[Chunk..])
            {
                _text.Append(text[..Chunk]);
                FlushLocked();
            }

            _text.Append(text);
            // Whole lines go out at once: what a cell says before it crashes is not lost. The rest of a line waits a little.
            if (text.Contains('\n') || _text.Length > Chunk)
            {
                FlushLocked();
            }
            else if (!_isWaiting)
            {
                _isWaiting = true;
                _soon.Change(50, Timeout.Infinite);
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

    /// <summary>Sends what was printed.</summary>
    public void Flush()
    {
        lock (_lock)
        {
            _isWaiting = false;
            FlushLocked();
        }
    }

    private DisplayedValue Display(JsonObject data, string[] mimeTypes)
    {
        lock (_lock)
        {
            var id = $"display-{++_displays}";
            SendLocked(new JsonObject { ["event"] = "display", ["id"] = id, ["data"] = data });
            return new DisplayedValue(this, id, mimeTypes);
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
        _events.WriteLine(message.ToJsonString());
        _events.Flush();
    }

    private void FlushLocked()
    {
        // Half of a surrogate pair is no text; its other half comes.
        var half = _text.Length > 0 && char.IsHighSurrogate(_text[^1]) ? _text[^1].ToString() : "";
        var length = _text.Length - half.Length;
        if (length == 0)
        {
            return;
        }

        var text = new JsonObject { ["event"] = "stream", ["name"] = _textStream, ["text"] = _text.ToString(0, length) };
        _text.Clear().Append(half);
        _events.WriteLine(text.ToJsonString());
        _events.Flush();
    }
}
