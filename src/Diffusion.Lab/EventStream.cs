using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Http;

namespace Diffusion.Lab;

/// <summary>Server-sent events: work on its own thread tells, the connection writes.</summary>
internal sealed class EventStream
{
    /// <summary>
    /// JSON has no infinity: log-SNR at t = 0, or an interval of one run, is null. Nothing is escaped that JSON lets stand, for a
    /// sixty-fourth of base64 is + and none of it becomes HTML.
    /// </summary>
    public static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        Converters = { new FiniteOrNull() },
    };

    // What one answer sends is bounded, and a page that reads slowly must not hold up the work of others.
    private readonly Channel<byte[]> events = Channel.CreateUnbounded<byte[]>(new() { SingleReader = true });

    /// <summary>Tells an event.</summary>
    public void Send(string name, object data) =>
        events.Writer.TryWrite(Encoding.UTF8.GetBytes($"event: {name}\ndata: {JsonSerializer.Serialize(data, Json)}\n\n"));

    /// <summary>Says that nothing more is told.</summary>
    public void End() => events.Writer.TryComplete();

    /// <summary>Writes what is told until its end, or until the page goes away.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.ContentType = "text/event-stream";
        try
        {
            await foreach (byte[] told in events.Reader.ReadAllAsync(context.RequestAborted).ConfigureAwait(false))
            {
                await context.Response.Body.WriteAsync(told, context.RequestAborted).ConfigureAwait(false);
                await context.Response.Body.FlushAsync(context.RequestAborted).ConfigureAwait(false);
            }
        }
        catch (Exception gone) when (gone is OperationCanceledException or IOException)
        {
            // The page has its next question, or is closed.
        }
    }

    private sealed class FiniteOrNull : JsonConverter<double>
    {
        public override double Read(ref Utf8JsonReader reader, Type type, JsonSerializerOptions options) => reader.GetDouble();

        public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options)
        {
            if (double.IsFinite(value))
            {
                writer.WriteNumberValue(value);
            }
            else
            {
                writer.WriteNullValue();
            }
        }
    }
}
