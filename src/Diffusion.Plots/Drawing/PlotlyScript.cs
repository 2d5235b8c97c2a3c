namespace Diffusion.Plots.Drawing;

/// <summary>
/// The element that brings Plotly's own script. It is 3.6 MB, so a notebook carries it once: scripts of
/// earlier outputs stay on the page. Later figures only ask for it should that first output be gone.
/// </summary>
internal static class PlotlyScript
{
    // What Plotly.NET embeds; its version stands in the resource's name.
    private static readonly string Resource =
        PlotlyNet.Assembly.GetManifestResourceNames().First(name => name.EndsWith(".min.js", StringComparison.Ordinal));

    private static int carried;

    /// <summary>Whether no figure has carried the library yet.</summary>
    public static bool IsDue => Volatile.Read(ref carried) == 0;

    public static string ForNextFigure() => Interlocked.Exchange(ref carried, 1) == 0 ? Whole() : IfMissing();

    /// <summary>
    /// The library inside a function that hides a module loader of the page, so that it always becomes the global <c>Plotly</c>.
    /// </summary>
    public static string Whole() =>
        "<script data-plotly>if(!window.Plotly){(function(define,module,exports){" + Read()
        + "\n}).call(window);}</script>";

    private static string IfMissing()
    {
        var version = Resource.Split("plotly-")[^1].Replace(".min.js", "", StringComparison.Ordinal);
        return "<script data-plotly>if(!window.Plotly&&!window.plotlyAsked){window.plotlyAsked=setTimeout(function(){"
            + "if(window.Plotly)return;var s=document.createElement(\"script\");"
            + "s.src=\"https://cdn.plot.ly/plotly-" + version + ".min.js\";document.head.appendChild(s)},2000)}</script>";
    }

    /// <summary>Plotly's own script.</summary>
    public static string Read()
    {
        using var stream = PlotlyNet.Assembly.GetManifestResourceStream(Resource)!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
