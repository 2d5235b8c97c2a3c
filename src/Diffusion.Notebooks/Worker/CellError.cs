using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;

namespace Diffusion.Notebooks;

/// <summary>An error of a cell, told with the cell's own lines and with no path or address that changes from run to run.</summary>
internal sealed partial record CellError(string Name, string Message, IReadOnlyList<string> Traceback, int? Line)
{
    private const int MostFrames = 8;

    public static string FileName(int cell) => string.Create(CultureInfo.InvariantCulture, $"cell {cell}");

    public static CellError At(string file, int? line, string name, string message) =>
        new(name, message, [$"{Place(file, line)}: {name}: {message}"], line);

    public static CellError Compilation(string file, IReadOnlyDictionary<string, string> sources, ImmutableArray<Diagnostic> diagnostics)
    {
        var errors = diagnostics.Where(d => d.Severity == DiagnosticSeverity.Error).ToList();
        var lines = new List<string>();
        int? first = null;
        foreach (var error in errors.Take(MostFrames))
        {
            var span = error.Location.GetMappedLineSpan();
            var path = string.IsNullOrEmpty(span.Path) ? file : span.Path;
            var line = span.StartLinePosition.Line + 1;
            lines.Add(string.Create(
                CultureInfo.InvariantCulture,
                $"{Place(path, line)}, column {span.StartLinePosition.Character + 1}: "
                + $"{error.Id}: {error.GetMessage(CultureInfo.InvariantCulture)}"));
            lines.AddRange(SourceLine(sources, path, line));
            if (path == file)
            {
                first ??= line;
            }
        }

        return new CellError(
            "CompilationError",
            errors.FirstOrDefault()?.GetMessage(CultureInfo.InvariantCulture) ?? "The cell does not compile.", lines, first);
    }

    public static CellError Thrown(string file, IReadOnlyDictionary<string, string> sources, Exception exception)
    {
        while (exception is TargetInvocationException { InnerException: { } inner })
        {
            exception = inner;
        }

        var lines = new List<string>();
        int? first = null;
        for (var e = exception; e is not null; e = e.InnerException)
        {
            lines.Add($"{(lines.Count == 0 ? "" : "caused by ")}{NameOf(e)}: {e.Message}");
            foreach (var frame in new StackTrace(e, fNeedFileInfo: true).GetFrames().Where(IsTheReaders).Take(MostFrames))
            {
                if (!IsInCell(frame))
                {
                    lines.Add("  at " + Describe(frame.GetMethod()!));
                }
                else if (frame.GetFileName() is { } path)
                {
                    var line = frame.GetFileLineNumber();
                    lines.Add($"  at {Place(path, line)}");
                    lines.AddRange(SourceLine(sources, path, line));
                    if (path == file)
                    {
                        first ??= line;
                    }
                }
            }
        }

        return new CellError(NameOf(exception), exception.Message, lines, first);
    }

    /// <summary>The same error as the cell sees it that imports the file where it happened.</summary>
    public CellError ImportedAt(string file, int line) =>
        this with { Traceback = [.. Traceback, $"  imported at {Place(file, line)}"], Line = line };

    public JsonObject ToEvent() => new()
    {
        ["event"] = "error",
        ["ename"] = Name,
        ["evalue"] = Message,
        ["traceback"] = new JsonArray([.. Traceback.Select(line => (JsonNode)line)]),
        ["line"] = Line,
    };

    private static string Place(string file, int? line) =>
        Path.GetFileName(file) + (line is { } number ? string.Create(CultureInfo.InvariantCulture, $", line {number}") : "");

    // A class of a cell's own is nested in the class that the compiler makes of the cell, which is no name for a reader.
    private static string NameOf(Exception exception) =>
        exception.GetType() is var type && IsOfCell(type.Assembly) ? type.Name : type.FullName!;

    private static bool IsInCell(StackFrame frame) => frame.GetMethod()?.Module.Assembly is { } assembly && IsOfCell(assembly);

    // Roslyn's mark on the assemblies that it makes of submissions.
    private static bool IsOfCell(Assembly assembly) => assembly.GetName().Name?.StartsWith('\u211B') == true;

    // What the script engine and the async machinery put between the cell and the top says nothing to a reader.
    private static bool IsTheReaders(StackFrame frame)
    {
        var space = frame.GetMethod()?.DeclaringType?.Namespace ?? "";
        return frame.GetMethod() is not null
            && (IsInCell(frame)
                || !(space.StartsWith("Microsoft.CodeAnalysis", StringComparison.Ordinal)
                    || space.StartsWith("System.Runtime", StringComparison.Ordinal)
                    || space.StartsWith("System.Threading", StringComparison.Ordinal)
                    || space == typeof(CellError).Namespace));
    }

    private static string Describe(MethodBase method)
    {
        var type = method.DeclaringType;
        // An async method or an iterator runs as MoveNext of a type that the compiler named after it.
        return type is not null && StateMachine().Match(type.Name) is { Success: true } written
            ? $"{type.DeclaringType?.FullName}.{written.Groups["method"].Value}"
            : $"{type?.FullName}.{method.Name}({string.Join(", ", method.GetParameters().Select(p => p.ParameterType.Name))})";
    }

    private static IEnumerable<string> SourceLine(IReadOnlyDictionary<string, string> sources, string file, int line)
    {
        var text = sources.GetValueOrDefault(file)?.Split('\n').ElementAtOrDefault(line - 1)?.TrimEnd();
        return string.IsNullOrWhiteSpace(text) ? [] : [string.Create(CultureInfo.InvariantCulture, $"    {line}: {text}")];
    }

    [GeneratedRegex("^<(?<method>[^>]+)>d__")]
    private static partial Regex StateMachine();
}
