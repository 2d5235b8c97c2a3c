using System.Linq.Expressions;
using System.Net;
using System.Reflection;

namespace Diffusion.Plots.Hosts;

/// <summary>Reaches ClrKernel's display functions by reflection; every member answers false or null in another host.</summary>
internal static class ClrKernelHost
{
    private static readonly Assembly? Primitives = LoadedAssemblies.Find("ClrKernel.Core.Primitives");

    /// <summary>Teaches the kernel to show a figure as HTML.</summary>
    public static void Register()
    {
        try
        {
            if (Type("DisplayFormatters") is not { } formatters || Type("IDisplayValue") is not { } value
                || Type("DisplayObject") is not { } shown || Type("DisplayHtml") is not { } html)
            {
                return;
            }
            var format = typeof(Func<,>).MakeGenericType(value, value);
            var register = formatters.GetMethod("Register", [typeof(Type), typeof(Type), format])!;
            // The newest registration is asked first and must answer for every value, so whatever
            // answered before it still answers for everything that is no figure.
            var before = Earlier(formatters, shown, html);
            object Convert(object display)
            {
                object? value = display.GetType().GetProperty("Value")!.GetValue(display);
                return (value as Figure ?? (value as LiveFigure)?.Current) is { } figure
                    ? Activator.CreateInstance(html, figure.ToHtml())!
                    : before?.DynamicInvoke(display) ?? Activator.CreateInstance(html, WebUtility.HtmlEncode(value?.ToString() ?? ""))!;
            }

            var parameter = Expression.Parameter(value);
            var body = Expression.Convert(Expression.Invoke(Expression.Constant((Func<object, object>)Convert), parameter), value);
            register.Invoke(null, [shown, html, Expression.Lambda(format, body, parameter).Compile()]);
        }
        catch (Exception exception) when (exception is TargetInvocationException or ArgumentException or NullReferenceException
            or MissingMemberException or AmbiguousMatchException)
        {
            // Another version of the kernel: figures then show as text, and everything else works.
        }
    }

    /// <summary>Shows a value as HTML and returns the kernel's handle of it, or null in another host.</summary>
    public static Action<Figure>? Show(Figure figure)
    {
        var display = Type("DisplayValues")?.GetMethod("Display", [typeof(object), typeof(Type), typeof(string)]);
        var cell = display?.Invoke(null, [figure.ToHtml(), Type("DisplayHtml"), null]);
        var update = cell?.GetType().GetMethod("Update", [typeof(object), typeof(Type), typeof(string)]);
        return update is null ? null : next => update.Invoke(cell, [next.ToHtml(), Type("DisplayHtml"), null]);
    }

    private static Type? Type(string name) => Primitives?.GetType("ClrKernel.Core.Primitives." + name);

    private static Delegate? Earlier(Type formatters, Type input, Type output)
    {
        var all = (System.Collections.IEnumerable)formatters.GetProperty("Formatters")!.GetValue(null)!;
        return all.Cast<object>().Reverse()
            .Where(formatter => ((Type)formatter.GetType().GetProperty("InputType")!.GetValue(formatter)!).IsAssignableFrom(input)
                && (Type)formatter.GetType().GetProperty("OutputType")!.GetValue(formatter)! == output)
            .Select(formatter => (Delegate)formatter.GetType().GetProperty("Format")!.GetValue(formatter)!)
            .FirstOrDefault();
    }
}
