using System.Text;
using System.Text.Json.Nodes;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Notebooks;

/// <summary>Turns what a cell shows and prints into events for the process that started this one.</summary>
internal sealed class CellOutput : IDisposable
{
    private const int Chunk = 8192;
    private readonly TextWriter events;
    private readonly Lock gate = new();
    private readonly StringBuilder text = new();
    private readonly Timer soon;
    private string textStream = "stdout";
    private bool isWaiting;
    private int displays;

    public CellOutput(TextWriter events)
    {
        this.events = events;
        soon = new Timer(_ => Flush());
    }

    public void Dispose() => soon.Dispose();

    public DisplayedValue Display(object? value, params string[] mimeTypes) => Display(Bundle(value, mimeTypes), mimeTypes);

    public DisplayedValue DisplayAs(string text, string mimeType) => Display(new JsonObject { [mimeType] = text }, [mimeType]);

    public void Result(object? value) => Send(new JsonObject { ["event"] = "result", ["data"] = Bundle(value, []) });

    public void Update(string id, object? value, IReadOnlyList<string> mimeTypes) =>
        Send(new JsonObject { ["event"] = "update", ["id"] = id, ["data"] = Bundle(value, mimeTypes) });

    public void Print(string stream, ReadOnlySpan<char> text)
    {
        lock (gate)
        {
            if (textStream != stream)
            {
                FlushLocked();
                textStream = stream;
            }

            for (; text.Length > Chunk; text = text[Chunk..])
            {
                this.text.Append(text[..Chunk]);
                FlushLocked();
            }

            this.text.Append(text);
            // Whole lines go out at once: what a cell says before it crashes is not lost. The rest of a line waits a little.
            if (text.Contains('\n') || this.text.Length > Chunk)
            {
                FlushLocked();
            }
            else if (!isWaiting)
            {
                isWaiting = true;
                soon.Change(50, Timeout.Infinite);
            }
        }
    }

    public void Send(JsonObject message)
    {
        lock (gate)
        {
            SendLocked(message);
        }
    }

    /// <summary>Sends what was printed.</summary>
    public void Flush()
    {
        lock (gate)
        {
            isWaiting = false;
            FlushLocked();
        }
    }

    private DisplayedValue Display(JsonObject data, string[] mimeTypes)
    {
        lock (gate)
        {
            var id = $"display-{++displays}";
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
        events.WriteLine(message.ToJsonString());
        events.Flush();
    }

    private void FlushLocked()
    {
        // Half of a surrogate pair is no text; its other half comes.
        var half = this.text.Length > 0 && char.IsHighSurrogate(this.text[^1]) ? this.text[^1].ToString() : "";
        var length = this.text.Length - half.Length;
        if (length == 0)
        {
            return;
        }

        var text = new JsonObject { ["event"] = "stream", ["name"] = textStream, ["text"] = this.text.ToString(0, length) };
        this.text.Clear().Append(half);
        events.WriteLine(text.ToJsonString());
        events.Flush();
    }
}
