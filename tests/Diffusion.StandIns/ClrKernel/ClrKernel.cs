using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using ClrKernel.Core.Primitives;
using Diffusion.StandIns;
using Microsoft.CodeAnalysis.Scripting;

// As its source of August 2026 does it: the imports, Roslyn's own references and language version, DLLs loaded beside the engine's.
var options = ScriptOptions.Default.WithImports(
    "ClrKernel.Core.Primitives", "System", "System.IO", "System.Collections", "System.Collections.Generic", "System.Console", "System.Diagnostics",
    "System.Dynamic", "System.Linq", "System.Linq.Expressions", "System.Text", "System.Threading.Tasks");
var shown = new List<string>();
var places = new Dictionary<string, int>();
DisplayValues.OnCellDisplayed += cell =>
{
    places[cell.DisplayId] = shown.Count;
    shown.Add(Html(cell.Value!));
};
// Only within its cell: a stand-in has no page.
DisplayValues.OnCellUpdated += cell => shown[places[cell.DisplayId]] = Html(cell.Value!);
await StandIn.MainAsync(
    args, options, Cells, shown, value => value is DisplayCell ? null : Html(value as IDisplayValue ?? new DisplayObject(value)), Load);

static IEnumerable<string> Cells(JsonNode notebook) => notebook["cells"]!.AsArray()
    .Where(cell => (string?)cell!["cell_type"] == "code")
    .Select(cell => string.Concat(cell!["source"]!.AsArray().Select(line => (string?)line)));

static void Load(string source)
{
    foreach (Match reference in Regex.Matches(source, "^#r \"(/.+)\"", RegexOptions.Multiline))
    {
        Assembly.LoadFrom(reference.Groups[1].Value);
    }
}

static string Html(IDisplayValue value) => value switch
{
    DisplayHtml html => html.Html,
    DisplayObject { PreferredDisplayType: { } type } wanted when type == typeof(DisplayHtml) => $"{wanted.Value}",
    _ => ((DisplayHtml)DisplayFormatters.Formatters.Last(formatter =>
        formatter.InputType.IsInstanceOfType(value) && formatter.OutputType == typeof(DisplayHtml)).Format(value)).Html,
};

namespace ClrKernel.Core.Primitives
{
    /// <summary>Something to show.</summary>
    public interface IDisplayValue
    {
        /// <summary>What it is.</summary>
        object? Value { get; }
    }

    /// <summary>Any value.</summary>
    public record DisplayObject(object? Value, Type? PreferredDisplayType = null, string? PreferredMimeType = null) : IDisplayValue;

    /// <summary>Ready HTML.</summary>
    public record DisplayHtml(string Html) : IDisplayValue
    {
        /// <inheritdoc/>
        public object Value => Html;
    }

    /// <summary>How one becomes another.</summary>
    public record DisplayFormatter(Type InputType, Type OutputType, Func<IDisplayValue, IDisplayValue> Format);

    /// <summary>Every way; the newest is asked first.</summary>
    public static class DisplayFormatters
    {
        private static readonly List<DisplayFormatter> All =
        [
            new(typeof(DisplayObject), typeof(DisplayHtml), value => new DisplayHtml($"<pre>{WebUtility.HtmlEncode($"{value.Value}")}</pre>")),
        ];

        /// <summary>Oldest first.</summary>
        public static IEnumerable<DisplayFormatter> Formatters => All;

        /// <summary>Adds one.</summary>
        public static DisplayFormatter Register(Type inputType, Type outputType, Func<IDisplayValue, IDisplayValue> format)
        {
            All.Add(new DisplayFormatter(inputType, outputType, format));
            return All[^1];
        }
    }

    /// <summary>An output that can be replaced.</summary>
    public record DisplayCell(string DisplayId)
    {
        /// <summary>What it shows.</summary>
        public IDisplayValue? Value { get; private set; }

        /// <summary>Shows something, the first time or in place of what it shows.</summary>
        public DisplayCell Update(object value, Type? preferredDisplayType = null, string? preferredMimeType = null)
        {
            bool first = Value is null;
            Value = value as IDisplayValue ?? new DisplayObject(value, preferredDisplayType, preferredMimeType);
            DisplayValues.Tell(this, first);
            return this;
        }
    }

    /// <summary>What cells call.</summary>
    public static class DisplayValues
    {
        /// <summary>An output is new.</summary>
        public static event Action<DisplayCell>? OnCellDisplayed;

        /// <summary>An output has changed.</summary>
        public static event Action<DisplayCell>? OnCellUpdated;

        /// <summary>Shows a value.</summary>
        public static DisplayCell Display(this object value, Type? preferredDisplayType = null, string? preferredMimeType = null) =>
            new DisplayCell(Guid.NewGuid().ToString("N")).Update(value, preferredDisplayType, preferredMimeType);

        internal static void Tell(DisplayCell cell, bool first) => (first ? OnCellDisplayed : OnCellUpdated)?.Invoke(cell);
    }
}
