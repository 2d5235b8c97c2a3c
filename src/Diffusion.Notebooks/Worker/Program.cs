using System.Diagnostics;
using System.IO.Pipes;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json.Nodes;

namespace Diffusion.Notebooks;

/// <summary>The process that executes one notebook: cells come in on standard input, events go out on a pipe.</summary>
/// <remarks>
/// A process of its own for each notebook: a notebook that crashes, hangs or fills the memory harms no other; its
/// native memory comes back; and the DLLs that it names by <c>#r</c> cannot meet other copies of themselves, because
/// this assembly's own dependencies hold none of them.
/// </remarks>
internal static class Program
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not [var handle])
        {
            await Console.Error.WriteLineAsync("This program is started by NotebookRunner.").ConfigureAwait(false);
            return 2;
        }

        // A terminal's Ctrl+C reaches this process too; the one that started it decides, and says so.
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, context => context.Cancel = true);
        using var input = new StreamReader(Console.OpenStandardInput(), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        var request = JsonNode.Parse((await input.ReadLineAsync().ConfigureAwait(false))!)!;
        EndWith(input);
        using var pipe = new AnonymousPipeClientStream(PipeDirection.Out, handle);
        using var events = new StreamWriter(pipe, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
        using var output = new CellOutput(events);
        NotebookHost.Output = output;
        Console.SetIn(TextReader.Null);
        Console.SetOut(new ConsoleCapture(output, "stdout"));
        Console.SetError(new ConsoleCapture(output, "stderr"));
        AppDomain.CurrentDomain.ProcessExit += (_, _) => output.Flush();
        Helpers.Install();
        using var engine = new CSharpEngine(Environment.CurrentDirectory, output);
        foreach (var cell in request["cells"]!.AsArray())
        {
            var number = cell!["number"]!.GetValue<int>();
            output.Send(new JsonObject { ["event"] = "start", ["cell"] = number });
            var error = await engine.RunAsync(number, cell["source"]!.GetValue<string>()).ConfigureAwait(false);
            NotebookHost.EndCell();
            if (error is not null)
            {
                output.Send(error.ToEvent());
            }

            output.Send(new JsonObject { ["event"] = "end", ["cell"] = number });
            if (error is not null && !cell["mayFail"]!.GetValue<bool>())
            {
                break;
            }
        }

        output.Send(new JsonObject { ["event"] = "done" });
        // Threads that a cell left running must not hold the process.
        Environment.Exit(0);
        return 0;
    }

    // The input stays open as long as the process lives that started this one; without it nobody would end a cell that never does.
    private static void EndWith(StreamReader input) => new Thread(() =>
    {
        while (input.Read() >= 0)
        {
        }

        Process.GetCurrentProcess().Kill();
    })
    { IsBackground = true }.Start();
}
