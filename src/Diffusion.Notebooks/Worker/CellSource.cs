using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>Makes a cell's text what the C# compiler takes: the host's own directives become comments or <c>#load</c>.</summary>
internal static partial class CellSource
{
    public static string ForCompiler(string source) => string.Join('\n', source.ReplaceLineEndings("\n").Split('\n').Select(Line));

    // One line in, one line out: line numbers in messages stay the cell's.
    private static string Line(string line)
    {
        if (Import().Match(line) is { Success: true } import)
        {
            return $"#load \"{import.Groups["path"].Value}\"";
        }

        return HostDirective().IsMatch(line) ? "// " + line : line;
    }

    [GeneratedRegex("""^\s*#!import\s+"?(?<path>[^"]+?)"?\s*$""")]
    private static partial Regex Import();

    [GeneratedRegex("""^\s*#(!|i\s+"nuget:)""")]
    private static partial Regex HostDirective();
}
