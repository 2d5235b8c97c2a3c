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

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    /// <summary>Runs a verb, and gives its exit code.</summary>
    public static async Task<int> InvokeAsync(ParseResult parsed)
    {
        using var asked = new CancellationTokenSource();
        bool ends = parsed.CommandResult.Command.Action is AsynchronousCommandLineAction;
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        Task<int> verb = parsed.InvokeAsync(new() { ProcessTerminationTimeout = null }, asked.Token);
        var late = new TaskCompletionSource();
        using var overdue = asked.Token.Register(() => Task.Delay(Patience).ContinueWith(_ => late.TrySetResult(), TaskScheduler.Default));
        return await Task.WhenAny(verb, late.Task).ConfigureAwait(false) == verb ? await verb.ConfigureAwait(false) : ExitCode;

        void End(PosixSignalContext signal)
        {
            if (ends && !asked.IsCancellationRequested)
            {
                signal.Cancel = true;
                asked.Cancel();
            }
        }
    }
}
