using System.Collections.Concurrent;
using System.Net;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Diffusion.Lab;

/// <summary>The laboratory's server: the page, and the answers to it, on this machine alone.</summary>
public sealed class LabServer : IAsyncDisposable
{
    private const int MaxQuery = 8000;

    private const int MaxConnections = 400;

    // Sampling takes both hands of a small machine; the others wait their turn.
    private const int AnswersAtOnce = 2;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,

        // Into an event stream and into JSON answers only, never into HTML.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    private readonly Laboratory laboratory;
    private readonly WebApplication app;
    private readonly string[] hosts;
    private readonly SemaphoreSlim turns = new(AnswersAtOnce);
    private readonly ConcurrentDictionary<string, CancellationTokenSource> newest = new();
    private readonly string? checkpoint;

    private LabServer(string? checkpoint, int port)
    {
        this.checkpoint = checkpoint;
        laboratory = new(checkpoint);
        hosts = [$"localhost:{port}", $"127.0.0.1:{port}", $"[::1]:{port}"];
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(options =>
        {
            options.Listen(IPAddress.Loopback, port);
            options.AddServerHeader = false;
            options.Limits.MaxRequestBodySize = 0;
            options.Limits.MaxConcurrentConnections = MaxConnections;
        });
        app = builder.Build();
        app.Run(HandleAsync);
        Address = new($"http://127.0.0.1:{port}/");
    }

    /// <summary>Where the page is.</summary>
    public Uri Address { get; }

    /// <summary>Starts to listen on 127.0.0.1.</summary>
    /// <param name="checkpoint">A .safetensors file of the reader's own; null for none.</param>
    /// <param name="port">The port.</param>
    /// <exception cref="InvalidInputException">The checkpoint is none of pictures, or the port is taken.</exception>
    public static async Task<LabServer> StartAsync(string? checkpoint, int port)
    {
        var server = new LabServer(checkpoint, port);
        try
        {
            if (checkpoint is not null)
            {
                server.laboratory.Subjects.Network(Subject.Own);
            }

            await server.app.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch (Exception e)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            if (e is IOException { InnerException: AddressInUseException })
            {
                throw new InvalidInputException("--port", $"{port}, which another program listens on", "a free port");
            }

            throw;
        }
    }

    /// <summary>Ends when the server was stopped.</summary>
    /// <param name="cancellation">Stops it.</param>
    public Task WaitAsync(CancellationToken cancellation) => app.WaitForShutdownAsync(cancellation);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync().ConfigureAwait(false);
        laboratory.Dispose();
        turns.Dispose();
    }

    private async Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        string? refused = !hosts.Contains(request.Host.Value) ? "another host"
            : request.Headers.Origin.Any(origin => !hosts.Any(host => origin == "http://" + host)) ? "another page"
            : null;
        if (refused is not null)
        {
            await RefuseAsync(context, HttpStatusCode.Forbidden, $"The laboratory answers its own page only; this was asked by {refused}.");
        }
        else if (request.Method != HttpMethods.Get)
        {
            await RefuseAsync(context, HttpStatusCode.MethodNotAllowed, $"method: got {request.Method}; takes GET");
        }
        else if (request.QueryString.Value!.Length > MaxQuery)
        {
            await RefuseAsync(
                context, HttpStatusCode.BadRequest, $"address: got {request.QueryString.Value.Length} characters; takes {MaxQuery}");
        }
        else
        {
            try
            {
                await AnswerAsync(context);
            }
            catch (InvalidInputException e)
            {
                await RefuseAsync(context, HttpStatusCode.BadRequest, e.Message);
            }
            catch (OperationCanceledException)
            {
                // The page went on to another choice, or was closed.
            }
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        IQueryCollection query = context.Request.Query;
        switch (context.Request.Path.Value)
        {
            case "/api/choices":
                await context.Response.WriteAsJsonAsync(Choices.All(checkpoint, laboratory.Subjects), Json);
                break;
            case "/api/schedule":
                await context.Response.WriteAsJsonAsync(Choices.Curve(Read(query, "")), Json);
                break;
            case "/api/take":
                Choice taken = Read(query, "");
                await context.Response.WriteAsJsonAsync(TakeAlong.Of(taken, laboratory.Subjects.Of(taken)), Json);
                break;
            case "/api/answer":
                Choice b = Read(query, "");
                Choice? a = query.Keys.Any(key => key.StartsWith("a.", StringComparison.Ordinal)) ? Read(query, "a.") : null;
                int follow = Choice.Whole("follow", Value(query, "follow") ?? "0", 0, Choice.MaxPoints - 1);
                await StreamAsync(context, (send, cancellation) => laboratory.Answer(b, a, follow, send, cancellation));
                break;
            case "/api/stride":
                Choice choice = Read(query, "");
                int count = Choice.Whole("K", Value(query, "k") ?? "5", 1, Choice.MaxCalls);
                string asked = Value(query, "objective") ?? "outcome";
                StrideObjective objective = StrideFamily.Parse(asked).Objective
                    ?? throw new InvalidInputException("objective", $"\"{asked}\"", "likelihood, trajectory, outcome or outcome-free");
                await StreamAsync(context, (send, cancellation) => laboratory.FindStride(choice, count, objective, send, cancellation));
                break;
            case var path:
                await PageFiles.WriteAsync(context.Response, path!);
                break;
        }
    }

    /// <summary>Works on a thread of its own and sends events as they come; a later request of the same page ends it.</summary>
    private async Task StreamAsync(HttpContext context, Action<Send, CancellationToken> work)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        string page = Value(context.Request.Query, "page") ?? context.TraceIdentifier;
        newest.AddOrUpdate(page, ended, (_, before) =>
        {
            Cancel(before);
            return ended;
        });
        bool hasTurn = false;
        try
        {
            await turns.WaitAsync(ended.Token);
            hasTurn = true;
            context.Response.ContentType = "text/event-stream";
            context.Response.Headers.CacheControl = "no-store";
            var events = Channel.CreateUnbounded<string>();
            Task working = Task.Run(() => Work(work, events.Writer, ended.Token));
            await foreach (string text in events.Reader.ReadAllAsync())
            {
                if (!ended.IsCancellationRequested)
                {
                    await context.Response.WriteAsync(text, ended.Token);
                    await context.Response.Body.FlushAsync(ended.Token);
                }
            }

            await working;
        }
        finally
        {
            newest.TryRemove(new(page, ended));
            if (hasTurn)
            {
                turns.Release();
            }
        }

        static void Cancel(CancellationTokenSource before)
        {
            try
            {
                before.Cancel();
            }
            catch (ObjectDisposedException)
            {
                // It had just ended by itself.
            }
        }
    }

    private static void Work(Action<Send, CancellationToken> work, ChannelWriter<string> events, CancellationToken cancellation)
    {
        void Say(string name, object values) => events.TryWrite($"event: {name}\ndata: {JsonSerializer.Serialize(values, Json)}\n\n");
        try
        {
            work(Say, cancellation);
            Say("end", new { });
        }
        catch (InvalidInputException e)
        {
            Say("refused", new { line = e.Message });
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for the rest.
        }
        catch (Exception e)
        {
            // A fault of the laboratory's own: the page shows it, and the terminal has all of it.
            Console.Error.WriteLine(e);
            Say("refused", new { line = $"the laboratory failed: {e.Message}" });
        }
        finally
        {
            events.Complete();
        }
    }

    private static Choice Read(IQueryCollection query, string prefix) => Choice.Read(key => Value(query, prefix + key));

    private static string? Value(IQueryCollection query, string key) =>
        query.TryGetValue(key, out var values) && values.Count > 0 ? values[^1] : null;

    private static Task RefuseAsync(HttpContext context, HttpStatusCode status, string line)
    {
        context.Response.StatusCode = (int)status;
        return context.Response.WriteAsJsonAsync(new { line = line.ReplaceLineEndings(" ") }, Json);
    }
}
