using Diffusion.Plots.Hosts;

namespace Diffusion.Plots;

/// <summary>Figures that change while a cell runs.</summary>
public static class Live
{
    /// <summary>
    /// Shows a figure and returns the handle that replaces it. Outside a notebook the last figure is
    /// written to a file, and a line on the console says where.
    /// </summary>
    /// <param name="figure">The first state.</param>
    public static LiveFigure Show(Figure figure) =>
        new(figure, NotebookHosts.Show(figure) ?? FileHost.Show(figure));
}
