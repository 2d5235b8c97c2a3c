using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>What .NET Interactive says about a cell that fails, in the form of the kit's own <see cref="CellError"/>.</summary>
internal sealed partial class InteractiveErrors(NotebookCell cell)
{
    private const int MostDiagnostics = 8;
    private readonly List<CellError> compilation = [];
    private string? told;

    /// <summary>Takes what an event says about errors.</summary>
    public void Note(JsonObject e)
    {
        var type = JsonText.At(e, "eventType");
        if (type is "CommandFailed" or "ErrorProduced")
        {
            // The first is the cause: a command fails because a part of it has.
            told ??= JsonText.At(e, "event", "message") ?? "";
        }
        else if (type == "DiagnosticsProduced" && JsonText.At(e, "command", "command", "code") is { } code
            && cell.Source.Contains(code.Trim(), StringComparison.Ordinal))
        {
            // Not those of an imported file: its lines are not the cell's.
            compilation.AddRange(e["event"]!["diagnostics"]!.AsArray()
                .Where(diagnostic => JsonText.At(diagnostic, "severity") == "error")
                .Select(diagnostic => At(diagnostic!["linePositionSpan"]!["start"]!, diagnostic)));
        }
    }

    /// <summary>The error as <see cref="OutputRecorder"/> takes it, if there is one.</summary>
    public JsonObject? ToEvent() => (told, compilation) switch
    {
        (null, _) => null,
        (_, [var first, ..]) =>
            (first with { Traceback = [.. compilation.Take(MostDiagnostics).SelectMany(error => error.Traceback)] }).ToEvent(),
        _ => Thrown(told).ToEvent(),
    };

    private CellError At(JsonNode start, JsonNode diagnostic)
    {
        var line = start["line"]!.GetValue<int>() + 1;
        var message = JsonText.At(diagnostic, "message")!;
        var place = $"{CellError.FileName(cell.Number)}, line {line}, column {start["character"]!.GetValue<int>() + 1}";
        var source = cell.Source.Split('\n').ElementAtOrDefault(line - 1)?.TrimEnd();
        return new("CompilationError", message, [$"{place}: {JsonText.At(diagnostic, "code")}: {message}", $"    {line}: {source}"], line);
    }

    // An exception's own text: type, message, those that caused it, and a stack without lines, which helps nobody.
    private static CellError Thrown(string told)
    {
        var text = told.ReplaceLineEndings("\n");
        var head = Head().Match(text);
        var (name, message) = (head.Groups["name"] is { Success: true } type ? type.Value : "Error", head.Groups["message"].Value);
        var causes = text.Split("\n ---> ")[1..].Select(cause => "caused by " + cause.Split('\n')[0]);
        return new(name, message, [$"{name}: {message}", .. causes], null);
    }

    // The compiler makes a class of each cell, in which the cell's own are.
    [GeneratedRegex(
        @"\A(?:\S+Project\.fsproj : error |Submission#\d+\+(?<name>\w+): |(?<name>[\w.+`]*(?:Exception|Error|\.\w+)): )?" +
        @"(?<message>.*?)(?=\n ---> |\n   at |\z)",
        RegexOptions.Singleline)]
    private static partial Regex Head();
}
