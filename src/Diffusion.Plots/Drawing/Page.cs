namespace Diffusion.Plots.Drawing;

/// <summary>A figure as a page of its own that opens from disk with no network.</summary>
internal static class Page
{
    public static string Of(Figure figure)
    {
        var fragment = figure.ToHtmlFragment();
        return "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\">"
            + "<meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">"
            + $"<meta name=\"color-scheme\" content=\"light dark\"><title>{FigureHtml.Encode(figure.Title)}</title>"
            + "<style>body{font-family:system-ui,sans-serif;max-width:60rem;margin:1rem auto;padding:0 1rem}</style>"
            + (figure.NeedsPlotly ? PlotlyScript.Whole() : "") + "</head><body>" + fragment + "</body></html>\n";
    }
}
