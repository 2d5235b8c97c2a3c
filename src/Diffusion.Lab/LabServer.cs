using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Diffusion.Plots.Drawing;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Diffusion.Lab;

/// <summary>The laboratory's server: the page and its answers, on this machine's loopback alone.</summary>
public sealed class LabServer : IAsyncDisposable
{
    private static readonly Dictionary<string, string> Types = new()
    {
        [".html"] = "text/html; charset=utf-8",
        [".js"] = "text/javascript; charset=utf-8",
        [".css"] = "text/css; charset=utf-8",
        [".svg"] = "image/svg+xml",
        [".png"] = "image/png",
    };

    // A and B run the same course.
    private static readonly string[] Shared = ["data", "modes", "count", "seed", "class"];

    private readonly WebApplication application;
    private readonly Subjects subjects;
    private readonly Turns turns = new();
    private readonly Lazy<byte[]> plotly = new(() => System.Text.Encoding.UTF8.GetBytes(PlotlyScript.Read()));

    private LabServer(Subjects subjects, int port)
    {
        this.subjects = subjects;
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port);
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestLineSize = 2 * Limits.Query;
            kestrel.Limits.MaxRequestBodySize = 0;
            kestrel.Limits.MaxConcurrentConnections = 1000;
        });
        application = builder.Build();
        application.Use(Doorkeeper.Admit);
        application.MapGet("/", context => SendPage(context, "index.html"));
        application.MapGet("/page/{**file}", context => SendPage(context, $"{context.Request.RouteValues["file"]}"));
        application.MapGet("/plotly.js", context => Send(context, Types[".js"], plotly.Value));
        application.MapGet("/api/choices", context => SendJson(context, LabChoices.Describe(subjects)));
        application.MapGet("/api/schedule", context =>
            SendJson(context, LabChoices.Describe(Choice.Parse(Text(context), subjects))));
        application.MapGet("/api/answer", AnswerAsync);
        application.MapGet("/api/stride", SearchAsync);
    }

    /// <summary>Where the page is.</summary>
    public Uri Address => new(application.Urls.First());

    /// <summary>Starts to listen.</summary>
    /// <param name="checkpoint">A network of one's own beside those that ship; null for none.</param>
    /// <param name="port">The port; 0 for any that is free.</param>
    /// <exception cref="InvalidInputException">The port is taken or none, or the checkpoint cannot be read.</exception>
    public static async Task<LabServer> StartAsync(string? checkpoint, int port)
    {
        const string Takes = "a free port from 1 to 65535, or 0 for any";
        InvalidInputException.Require(port is >= 0 and <= 65535, "--port", $"{port}", Takes);
        var subjects = new Subjects(checkpoint);
        if (checkpoint is not null)
        {
            subjects.Find(Subjects.Own, modes: null);
        }

        var server = new LabServer(subjects, port);
        try
        {
            await server.application.StartAsync().ConfigureAwait(false);
            return server;
        }
        catch (Exception refused) when (refused is IOException { InnerException: AddressInUseException } or SocketException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            throw new InvalidInputException("--port", $"{port}, where something listens or may not", Takes);
        }
    }

    /// <summary>Serves until it is told to end; what is being computed ends too.</summary>
    /// <param name="cancellation">Ends it.</param>
    public async Task ServeAsync(CancellationToken cancellation)
    {
        try
        {
            await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            await application.StopAsync(CancellationToken.None).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await application.DisposeAsync().ConfigureAwait(false);
        turns.Dispose();
    }

    private static ChoiceText Text(HttpContext context, string prefix = "") => new(key =>
        context.Request.Query[prefix.Length > 0 && Shared.Contains(key) ? key : prefix + key] is [.., { } value] ? value : null);

    private Task AnswerAsync(HttpContext context)
    {
        Choice choice = Choice.Parse(Text(context), subjects);
        Choice? rival = context.Request.Query.Keys.Any(key => key.StartsWith("a.", StringComparison.Ordinal))
            ? Choice.Parse(Text(context, "a."), subjects)
            : null;
        return StreamAsync(context, isSearch: false, (events, cancellation) => Answering.Answer(choice, rival, events, cancellation));
    }

    private Task SearchAsync(HttpContext context)
    {
        ChoiceText text = Text(context);
        return StreamAsync(context, isSearch: true, Search.Parse(text, Choice.Parse(text, subjects)).Run);
    }

    private async Task StreamAsync(HttpContext context, bool isSearch, Action<EventStream, CancellationToken> work)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(
            context.RequestAborted, application.Lifetime.ApplicationStopping);
        var events = new EventStream();
        Task working = WorkAsync();
        await events.WriteAsync(context).ConfigureAwait(false);
        await ending.CancelAsync().ConfigureAwait(false);
        await working.ConfigureAwait(false);

        async Task WorkAsync()
        {
            try
            {
                ChoiceText text = Text(context);
                long turn = long.TryParse(text["turn"], CultureInfo.InvariantCulture, out long number) ? number : 0;
                await turns.RunAsync(text["page"], turn, isSearch, cancellation => work(events, cancellation), ending.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                events.Send("stopped", new { });
            }
            catch (Exception failure)
            {
                events.Send("error", new { line = Doorkeeper.Line(failure) });
            }
            finally
            {
                events.End();
            }
        }
    }

    private static Task SendPage(HttpContext context, string name)
    {
        using Stream? file = Assembly.GetExecutingAssembly().GetManifestResourceStream("page/" + name);
        if (file is null || !Types.TryGetValue(Path.GetExtension(name), out string? type))
        {
            return Doorkeeper.Refuse(context, StatusCodes.Status404NotFound, $"page: got \"{name}\"; takes a file of the laboratory");
        }

        using var bytes = new MemoryStream();
        file.CopyTo(bytes);
        return Send(context, type, bytes.ToArray());
    }

    private static Task SendJson(HttpContext context, object value) => context.Response.WriteAsJsonAsync(value, EventStream.Json);

    private static Task Send(HttpContext context, string type, byte[] bytes)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = bytes.Length;
        return context.Response.Body.WriteAsync(bytes).AsTask();
    }
}
