using Diffusion.Plots.Drawing;
using Diffusion.Plots.Hosts;

namespace Diffusion.Plots;

/// <summary>Figures and progress bars that change while a cell runs.</summary>
public static class Live
{
    /// <summary>
    /// Shows a figure and returns the handle that replaces it. Outside a notebook the last figure is
    /// written to a file, and a line on the console says where.
    /// </summary>
    /// <param name="figure">The first state.</param>
    public static LiveFigure Show(Figure figure)
    {
        if (VersoHost.Output() is { } verso)
        {
            return new LiveFigure(figure, verso);
        }
        if (figure.NeedsPlotly && PlotlyScript.IsDue)
        {
            // A state that is replaced cannot carry the library: the notebook would lose it.
            NotebookHosts.Show(new Figure("", new PlotlyScriptContent()));
        }
        return new LiveFigure(figure, NotebookHosts.Show(figure) ?? FileHost.Show(figure));
    }

    /// <summary>
    /// Shows how far a loop has come while it runs: how many steps of how many, how many a second, how long
    /// still. Once the loop is through, one quiet line is left.
    /// <code>foreach (var step in Live.Progress("sampling", sampler.Walk(denoiser, start), 50)) { … }</code>
    /// </summary>
    /// <typeparam name="T">What the loop goes over.</typeparam>
    /// <param name="what">What the loop does, such as "sampling".</param>
    /// <param name="steps">What the loop goes over; passed on one by one, as lazily as it comes.</param>
    /// <param name="total">How many steps there will be; a list or an array knows it itself.</param>
    public static IEnumerable<T> Progress<T>(string what, IEnumerable<T> steps, int? total = null)
    {
        var bar = new ProgressBar(what, total ?? (steps.TryGetNonEnumeratedCount(out var count) ? count : null));
        using (bar)
        {
            var done = 0;
            foreach (var step in steps)
            {
                yield return step;
                bar.Report(++done);
            }
            bar.Finish();
        }
    }

    /// <summary>
    /// Shows a progress bar for work that reports by itself how far it is, such as training.
    /// <code>var bar = Live.Progress("training", 500);   // then in the loop: bar.Report(i + 1, $"loss {loss:F3}");</code>
    /// </summary>
    /// <param name="what">What is done, such as "training".</param>
    /// <param name="total">How many steps there will be.</param>
    /// <exception cref="InvalidInputException">The total is negative.</exception>
    public static ProgressBar Progress(string what, int total) => new(what, total);
}
