using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>What a cell's text falls into at .NET Interactive's own directives: code of one language, or another file to run.</summary>
/// <param name="Language">The language of the code; <see langword="null"/> for an import.</param>
/// <param name="Text">
/// The code, preceded by as many empty lines as the cell has above it so that line numbers stay the cell's; or the
/// path of the file to import.
/// </param>
/// <param name="Line">The line at which the part begins, from 1.</param>
/// <param name="Packages">What the part says about packages, in order.</param>
internal sealed partial record CellPart(string? Language, string Text, int Line, IReadOnlyList<PackageDirective> Packages)
{
    // Other commands of the host are without meaning here, whatever they are, and become comments.
    private const string Comment = "// ";

    /// <summary>Whether nothing is left for a compiler.</summary>
    public bool IsEmpty => Text.Split('\n').All(line => string.IsNullOrWhiteSpace(line) || line.StartsWith(Comment, StringComparison.Ordinal));

    /// <summary>Splits C# that may hold the host's directives.</summary>
    /// <returns>The parts in order; code that is empty is left out unless it names packages.</returns>
    public static IReadOnlyList<CellPart> Split(string source)
    {
        var parts = new List<CellPart>();
        var lines = source.ReplaceLineEndings("\n").Split('\n');
        var language = Languages.CSharp;
        var code = new List<string>();
        var packages = new List<PackageDirective>();
        var first = 1;
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i];
            if (Import().Match(line) is { Success: true } import)
            {
                Close(i + 2);
                parts.Add(new CellPart(null, import.Groups["path"].Value, i + 1, []));
                code.Add("");
            }
            else if (Magic().Match(line) is { Success: true } magic)
            {
                if (Languages.Find(magic.Groups["name"].Value) is { } named)
                {
                    Close(i + 1);
                    language = named;
                }

                code.Add(Comment + line);
            }
            else if (language == Languages.CSharp && Package().Match(line) is { Success: true } package)
            {
                packages.Add(new PackageDirective(package.Groups["directive"].Value == "i", package.Groups["what"].Value.Trim(), i + 1));
                code.Add(Comment + line);
            }
            else
            {
                code.Add(line);
            }
        }

        Close(lines.Length + 1);
        return parts;

        void Close(int next)
        {
            var part = new CellPart(language, string.Join('\n', code), first, [.. packages]);
            if (!part.IsEmpty || packages.Count > 0)
            {
                parts.Add(part);
            }

            packages.Clear();
            code = [.. code.Select(_ => "")];
            first = next;
        }
    }

    [GeneratedRegex("""^\s*#!import\s+"?(?<path>[^"]+?)"?\s*$""")]
    private static partial Regex Import();

    [GeneratedRegex("""^\s*#!(?<name>\S+)""")]
    private static partial Regex Magic();

    [GeneratedRegex("""^\s*#(?<directive>[ri])\s+"nuget:(?<what>[^"]*)"\s*$""")]
    private static partial Regex Package();
}
