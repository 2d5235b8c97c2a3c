using System.Reflection;
using System.Runtime.CompilerServices;
using Diffusion.Plots.Drawing;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Plots.Hosts;

/// <summary>
/// Teaches the formatters of .NET Interactive, which this kit's runner has too, what a figure is, and a reader's own
/// Plotly.NET chart, such as <c>Chart.Line(x, y)</c> at the end of a cell.
/// </summary>
internal static class Formatters
{
    private const string Engine = "Microsoft.DotNet.Interactive.Formatting";

    public static void Install()
    {
        // Where Plotly.NET is loaded from, and when, and how often, the notebook's lines of #r decide.
        AppDomain.CurrentDomain.AssemblyLoad += (_, load) => Teach(load.LoadedAssembly);
        if (LoadedAssemblies.Find(Engine) is { } engine)
        {
            Teach(engine);
        }
    }

    private static void Teach(Assembly loaded)
    {
        switch (loaded.GetName().Name)
        {
            case Engine:
                RegisterFigures();
                RegisterLoadedCharts();
                break;
            case "Plotly.NET" when LoadedAssemblies.Find(Engine) is not null:
                RegisterCharts(loaded);
                break;
            case "Plotly.NET.Interactive":
                // What this package registers once it is loaded fetches scripts from the network, and fails where FSharp.Core is older.
                InteractiveHost.AfterCell(RegisterLoadedCharts);
                break;
        }
    }

    private static void RegisterLoadedCharts()
    {
        foreach (var plotly in AppDomain.CurrentDomain.GetAssemblies().Where(assembly => assembly.GetName().Name == "Plotly.NET"))
        {
            RegisterCharts(plotly);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterFigures()
    {
        Register<Figure>(figure => figure);
        Register<LiveFigure>(live => live.Current);
    }

    private static void Register<T>(Func<T, Figure> figure)
    {
        Formatter.Register<T>(value => figure(value).ToHtml(), "text/html");
        Formatter.Register<T>(value => figure(value).ToString(), "text/plain");
        Formatter.SetPreferredMimeTypesFor(typeof(T), "text/html", "text/plain");
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void RegisterCharts(Assembly plotly)
    {
        try
        {
            // Not typeof(GenericChart): a cell may have loaded a copy of its own.
            var chart = plotly.GetType("Plotly.NET.GenericChart", throwOnError: true)!;
            var json = chart.GetMethod("toFigureJson", BindingFlags.Public | BindingFlags.Static)!;
            void Write(object instance, TextWriter writer) =>
                writer.Write(new Figure("", new PlotlyContent((string)json.Invoke(null, [instance])!)).ToHtml());
            Formatter.Register(chart, (Action<object, TextWriter>)Write, "text/html");
            Formatter.SetPreferredMimeTypesFor(chart, "text/html");
        }
        catch (Exception exception) when (exception is TypeLoadException or IOException)
        {
            // A copy whose FSharp.Core this host cannot load makes no charts either.
        }
    }
}
