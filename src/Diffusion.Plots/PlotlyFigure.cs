using Diffusion.Plots.Drawing;
using Plotly.NET;

namespace Diffusion.Plots;

/// <summary>
/// Makes a figure of a chart built with Plotly.NET itself. It stands apart from <see cref="Figures"/>, so that
/// a notebook which draws nothing of its own need not reference Plotly.NET.
/// </summary>
public static class PlotlyFigure
{
    /// <summary>The chart in this kit's look; colours, sizes and axes that the chart sets stay.</summary>
    /// <param name="title">What the reader should see.</param>
    /// <param name="chart">A chart, for instance of <c>Plotly.NET.CSharp.Chart</c>.</param>
    public static Figure From(string title, GenericChart chart) => new(title, new PlotlyBody(PlotlyCharts.Json(chart)));
}
