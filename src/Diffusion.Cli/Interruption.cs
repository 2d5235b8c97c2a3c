using System.CommandLine;
using System.CommandLine.Invocation;
using System.Runtime.InteropServices;

namespace Diffusion.Cli;

/// <summary>
/// Ctrl+C: a verb that can end in order is asked to, and ended where it does not; a second one ends it at once. In place of
/// System.CommandLine's own, which fails when it is asked twice.
/// </summary>
internal static class Interruption
{
    private const int ExitCode = 130;

    /// <summary>
    /// How long a verb may take to end in order; most do within a third of a second, but a busy machine takes longer. One that saves as it
    /// goes, and looks up seldom, takes less.
    /// </summary>
    public static TimeSpan Patience { get; set; } = TimeSpan.FromSeconds(5);

    /// <summary>Runs a verb, and gives its exit code.</summary>
    public static async Task<int> InvokeAsync(ParseResult parsed)
    {
        using var asked = new CancellationTokenSource();
        bool ends = parsed.CommandResult.Command.Action is AsynchronousCommandLineAction;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        return await parsed.InvokeAsync(new() { ProcessTerminationTimeout = null }, asked.Token).ConfigureAwait(false);

        void End(PosixSignalContext signal)
        {
            if (ends && !asked.IsCancellationRequested)
            {
                signal.Cancel = true;

                // Most verbs work on the main thread to their end, and some keep the whole pool busy.
                new Thread(EndLate) { IsBackground = true }.Start();
                asked.Cancel();
            }
        }
    }

    private static void EndLate()
    {
        Thread.Sleep(Patience);
        Console.Error.WriteLine("ddm: cancelled.");
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(ExitCode);
        }

        // What a process does at its exit frees what libtorch's threads still use: a crash.
        ExitAtOnce(ExitCode);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    private static extern void ExitAtOnce(int code);
}
