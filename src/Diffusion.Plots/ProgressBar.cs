using Diffusion.Plots.Drawing;
using Diffusion.Plots.Hosts;

namespace Diffusion.Plots;

/// <summary>
/// A bar that shows how far a long loop has come. It is updated in place, ten times a second at most; in a plain
/// script it is a line of text. What is left at the end names no times, so that equal runs leave equal notebooks.
/// </summary>
public sealed class ProgressBar : IDisposable
{
    private readonly TimeProvider clock;
    private readonly long startedAt;
    private readonly LiveFigure live;
    private Progress progress;

    internal ProgressBar(string what, int? total, Func<Figure, LiveOutput>? show = null, TimeProvider? clock = null)
    {
        InvalidInputException.Require(total is null or >= 0, nameof(total), $"{total}", "the number of steps, 0 or more");
        this.clock = clock ?? TimeProvider.System;
        startedAt = this.clock.GetTimestamp();
        progress = new Progress(what, total);
        var first = FigureOf(progress);
        live = new LiveFigure(first, show?.Invoke(first) ?? NotebookHosts.Show(first) ?? ConsoleProgress.Output(first), clock);
    }

    /// <summary>Says how far the work is; the bar is done when this reaches the total.</summary>
    /// <param name="done">How many steps are done by now.</param>
    /// <param name="note">What else the reader should see, such as the loss; null keeps the last note.</param>
    public void Report(int done, string? note = null) => Show(progress with
    {
        Done = done,
        Note = note ?? progress.Note,
        State = done >= progress.Total ? ProgressState.Finished : ProgressState.Running,
    });

    /// <summary>Ends the bar. Work that did not reach its total is said to have stopped.</summary>
    public void Dispose()
    {
        if (progress.State == ProgressState.Running)
        {
            Show(progress with { State = progress.Total is null ? ProgressState.Finished : ProgressState.Stopped });
        }
        live.Dispose();
    }

    /// <summary>Ends the bar after the last step, however many there were.</summary>
    internal void Finish() => Show(progress with { State = ProgressState.Finished });

    private void Show(Progress next)
    {
        if (progress.State != ProgressState.Running)
        {
            return;
        }
        progress = next with { Elapsed = clock.GetElapsedTime(startedAt) };
        live.Update(FigureOf(progress));
        if (progress.State != ProgressState.Running)
        {
            live.Flush();
        }
    }

    private static Figure FigureOf(Progress progress) => new("", new ProgressContent(progress));
}
