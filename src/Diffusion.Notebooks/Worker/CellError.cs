using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;

namespace Diffusion.Notebooks;

/// <summary>An error of a cell, told with the cell's own lines and with no path or address that changes from run to run.</summary>
internal sealed record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line)
{
    private const string Prefix = "cell ";
    private const int MostFrames = 8;

    public static string FileName(int cell) => Prefix + cell.ToString(CultureInfo.InvariantCulture);

    public static CellError Compilation(int cell, string code, ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        var lines = new List<string>();
        int? first = null;
        foreach (var error in errors.Take(MostFrames))
        {
            var span = error.Location.GetMappedLineSpan();
            var file = string.IsNullOrEmpty(span.Path) ? FileName(cell) : Path.GetFileName(span.Path);
            var line = span.StartLinePosition.Line + 1;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{file}, line {line}, column {span.StartLinePosition.Character + 1}: {error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}"));
            if (file == FileName(cell))
            {
                first ??= line;
                lines.AddRange(SourceLine(code, line));
            }
        }

        return new CellError("CompilationError", errors.FirstOrDefault()?.GetMessage(CultureInfo.InvariantCulture) ?? "The cell does not compile.", lines, first);
    }

    public static CellError Thrown(int cell, string code, Exception exception)
    {
        while (exception is TargetInvocationException { InnerException: { } inner })
        {
            exception = inner;
        }

        var lines = new List<string>();
        int? first = null;
        for (var e = exception; e is not null; e = e.InnerException)
        {
            lines.Add($"{(lines.Count == 0 ? "" : "caused by ")}{e.GetType().FullName}: {e.Message}");
            foreach (var frame in new StackTrace(e, fNeedFileInfo: true).GetFrames().Where(IsTheReaders).Take(MostFrames))
            {
                if (frame.GetFileName() is { } file && IsCell(file))
                {
                    var line = frame.GetFileLineNumber();
                    lines.Add(string.Create(CultureInfo.InvariantCulture, $"  at {Path.GetFileName(file)}, line {line}"));
                    if (Path.GetFileName(file) == FileName(cell))
                    {
                        first ??= line;
                        lines.AddRange(SourceLine(code, line));
                    }
                }
                else
                {
                    lines.Add("  at " + Describe(frame.GetMethod()!));
                }
            }
        }

        return new CellError(exception.GetType().FullName!, exception.Message, lines, first);
    }

    public JsonObject ToEvent() => new()
    {
        ["event"] = "error",
        ["ename"] = Name,
        ["evalue"] = Message,
        ["traceback"] = new JsonArray([.. Traceback.Select(line => (JsonNode)line)]),
        ["line"] = Line,
    };

    private static bool IsCell(string file) => Path.GetFileName(file).StartsWith(Prefix, StringComparison.Ordinal);

    // What the script engine and the async machinery put between the cell and the top says nothing to a reader.
    private static bool IsTheReaders(StackFrame frame)
    {
        var space = frame.GetMethod()?.DeclaringType?.Namespace ?? "";
        return frame.GetMethod() is not null
            && (frame.GetFileName() is { } file && IsCell(file)
                || !(space.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
                    || space.StartsWith("System.Runtime", StringComparison.Ordinal)
                    || space.StartsWith("System.Threading", StringComparison.Ordinal)
                    || space == typeof(CellError).Namespace));
    }

    private static string Describe(MethodBase method) =>
        $"{method.DeclaringType?.FullName}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})";

    private static IEnumerable<string> SourceLine(string code, int line)
    {
        var text = code.Split('\n').ElementAtOrDefault(line - 1)?.TrimEnd();
        return string.IsNullOrWhiteSpace(text) ? [] : [string.Create(CultureInfo.InvariantCulture, $"    {line}: {text}")];
    }
}
