using System.Reflection;
using System.Runtime.Loader;
using Plotly.NET;
using Properties = System.Collections.Generic.Dictionary<string, object>;

namespace Diffusion.Plots.Drawing;

/// <summary>
/// What is asked of Plotly.NET. No other file names a type of it, so that a program which draws no chart never loads it.
/// </summary>
/// <remarks>
/// A load context binds a name to one assembly for good, and a notebook may have brought a Plotly.NET that cannot run
/// in its host. Then a second copy of this very assembly, in the context that has Plotly's own closure, does the calls;
/// only types of the framework go to and fro.
/// </remarks>
internal static class PlotlyNet
{
    private static readonly Lazy<Func<Properties[], Properties, string>> Elsewhere = new(() => Context!
        .LoadFromAssemblyPath(typeof(PlotlyNet).Assembly.Location)
        .GetType(typeof(Calls).FullName!)!
        .GetMethod(nameof(Calls.Json))!
        .CreateDelegate<Func<Properties[], Properties, string>>());

    /// <summary>The context to draw in; null for the one of this assembly.</summary>
    public static AssemblyLoadContext? Context { get; set; }

    /// <summary>Plotly.NET itself, which carries Plotly's script.</summary>
    public static Assembly Assembly => Context?.LoadFromAssemblyName(new AssemblyName("Plotly.NET")) ?? Calls.Assembly;

    /// <summary>A chart of these traces, each with its <c>type</c>, as the JSON that Plotly's script takes.</summary>
    public static string Json(Properties[] traces, Properties layout) =>
        Context is null ? Calls.Json(traces, layout) : Elsewhere.Value(traces, layout);

    // Apart, so that Context can be set before anything of Plotly's is looked for.
    private static class Calls
    {
        public static Assembly Assembly => typeof(GenericChart).Assembly;

        public static string Json(Properties[] traces, Properties layout)
        {
            // Built from bare traces: Plotly.NET's Chart methods bring a template with colours of its own.
            var charts = traces.Select(trace => GenericChart.ofTraceObject(false, Filled(new Trace((string)trace["type"]), trace)));
            return GenericChart.toFigureJson(GenericChart.setLayout(Filled(new Layout(), layout), GenericChart.combine(charts)));
        }

        private static T Filled<T>(T target, Properties properties)
            where T : DynamicObj.DynamicObj
        {
            foreach (var (name, value) in properties)
            {
                target.SetProperty(name, value);
            }
            return target;
        }
    }
}
