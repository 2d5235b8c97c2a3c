using System.Reflection;
using Diffusion.Plots.Drawing;

namespace Diffusion.Plots.Hosts;

/// <summary>
/// Teaches the engine to show a reader's own Plotly.NET chart, such as <c>Chart.Line(x, y)</c> at the end of a cell.
/// The type is not this assembly's, so it is registered by reflection, and not before something loads Plotly.NET:
/// where it is loaded from, the notebook's lines of <c>#r</c> decide.
/// </summary>
internal static class PlotlyChartFormatter
{
    private static readonly MethodInfo? RegisterFormatter = Loaded.Find("Microsoft.DotNet.Interactive.Formatting")
        ?.GetType("Microsoft.DotNet.Interactive.Formatting.Formatter")?.GetMethod("Register", [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)]);

    public static void Install()
    {
        if (RegisterFormatter is null)
        {
            return;
        }
        AppDomain.CurrentDomain.AssemblyLoad += (_, load) => Register(load.LoadedAssembly);
        if (Loaded.Find("Plotly.NET") is { } plotly)
        {
            Register(plotly);
        }
    }

    private static void Register(Assembly assembly)
    {
        if (assembly.GetName().Name != "Plotly.NET")
        {
            return;
        }
        // Not typeof(GenericChart): a cell may have loaded a copy of its own.
        var chart = assembly.GetType("Plotly.NET.GenericChart");
        var json = chart?.GetMethod("toFigureJson", BindingFlags.Public | BindingFlags.Static);
        if (chart is not null && json is not null)
        {
            void Write(object instance, TextWriter writer) => writer.Write(new Figure("", new PlotlyBody((string)json.Invoke(null, [instance])!)).ToHtml());
            RegisterFormatter!.Invoke(null, [chart, (Action<object, TextWriter>)Write, "text/html"]);
        }
    }
}
