using Diffusion.Plots.Drawing;

namespace Diffusion.Plots.Hosts;

/// <summary>Progress as text: on a terminal one line that is overwritten, elsewhere a few lines.</summary>
internal static class ConsoleProgress
{
    public static LiveOutput Output(Figure first)
    {
        if (Console.IsOutputRedirected)
        {
            return new LiveOutput(figure => Console.WriteLine(Line(figure)), TimeSpan.FromSeconds(10));
        }
        var width = 0;
        void Overwrite(Figure figure)
        {
            var line = Line(figure);
            Console.Write("\r" + line.PadRight(width) + (Of(figure).State == ProgressState.Running ? "" : Environment.NewLine));
            width = line.Length;
        }
        Overwrite(first);
        return new LiveOutput(Overwrite);
    }

    private static Progress Of(Figure figure) => ((ProgressContent)figure.Content).Progress;

    private static string Line(Figure figure)
    {
        var progress = Of(figure);
        return progress.State == ProgressState.Running ? progress.ToString() : $"{progress} · took {Progress.Time(progress.Elapsed)}";
    }
}
