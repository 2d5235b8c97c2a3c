using System.Diagnostics;
using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>The kit's own engine: this assembly, started as a program.</summary>
internal sealed class WorkerProcess : EngineProcess
{
    private readonly AnonymousPipeServerStream pipe;

    public WorkerProcess(string folder)
        : this(folder, new AnonymousPipeServerStream(PipeDirection.In, HandleInheritability.Inheritable))
    {
    }

    private WorkerProcess(string folder, AnonymousPipeServerStream pipe)
        : base(() => Start(folder, pipe))
    {
        this.pipe = pipe;
        // What native code prints is nobody's, and must not fill the pipe.
        _ = Process.StandardOutput.BaseStream.CopyToAsync(Stream.Null);
    }

    public override void Dispose()
    {
        base.Dispose();
        pipe.Dispose();
    }

    public override async IAsyncEnumerable<JsonObject> ExecuteAsync(IEnumerable<NotebookCell> cells)
    {
        // The input stays open: its end tells the process that this one is gone.
        await SendAsync(Request(cells)).ConfigureAwait(false);
        using var reader = new StreamReader(pipe, Encoding.UTF8, leaveOpen: true);
        var ended = Process.WaitForExitAsync();
        while (await ReadAsync(reader, ended).ConfigureAwait(false) is { } line && Parse(line) is { } message)
        {
            yield return message;
        }
    }

    private static Process Start(string folder, AnonymousPipeServerStream pipe)
    {
        var assembly = typeof(WorkerProcess).Assembly.Location;
        // Named, so that the process sees this assembly's dependencies and not those of the program that refers to it.
        var process = Process.Start(StartInfo(
            folder,
            [
                DotNetHost.Path, "exec",
                "--depsfile", Path.ChangeExtension(assembly, ".deps.json"),
                "--runtimeconfig", Path.ChangeExtension(assembly, ".runtimeconfig.json"),
                assembly, pipe.GetClientHandleAsString(),
            ]))!;
        pipe.DisposeLocalCopyOfClientHandle();
        return process;
    }

    private static JsonObject Request(IEnumerable<NotebookCell> cells) => new()
    {
        ["cells"] = new JsonArray([.. cells.Select(cell => new JsonObject
        {
            ["number"] = cell.Number,
            ["source"] = cell.Source,
            ["mayFail"] = cell.MayFail,
        })]),
    };
}
