using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Text;

namespace Diffusion.Notebooks;

/// <summary>What a cell's text falls into at .NET Interactive's own directives: C#, and commands to the host.</summary>
/// <remarks>C#'s lexer finds the directives, so that in a string, a comment or <c>#if false</c> there is none.</remarks>
/// <param name="Command">What follows <c>#!</c>, such as <c>import</c>; <see langword="null"/> for code.</param>
/// <param name="Text">
/// The code, preceded by as many empty lines as the cell has above it so that line numbers stay the cell's; empty when
/// nothing is left for a compiler. For a command what stands after it.
/// </param>
/// <param name="Line">The line at which the part begins, from 1.</param>
/// <param name="Packages">What the part says about packages, in order.</param>
internal sealed partial record CellPart(string? Command, string Text, int Line, IReadOnlyList<PackageDirective> Packages)
{
    public const string Import = "import";
    private static readonly CSharpParseOptions Script = new(LanguageVersion.CSharp14, kind: SourceCodeKind.Script);

    /// <summary>Splits C# that may hold the host's directives.</summary>
    /// <returns>The parts in order; code that is empty is left out unless it names packages.</returns>
    public static IReadOnlyList<CellPart> Split(string source)
    {
        var parts = new List<CellPart>();
        var text = SourceText.From(source);
        var lines = text.Lines.Select(line => line.ToString()).ToArray();
        var packages = new List<PackageDirective>();
        var (first, isEmpty) = (0, true);
        foreach (var token in SyntaxFactory.ParseTokens(source, options: Script))
        {
            foreach (var directive in token.LeadingTrivia.Select(trivia => trivia.GetStructure()).OfType<DirectiveTriviaSyntax>())
            {
                var at = text.Lines.IndexOf(directive.SpanStart);
                if (!directive.IsActive)
                {
                    // The compiler would open what #load names all the same, and complain of #!.
                    lines[at] = directive is BranchingDirectiveTriviaSyntax or EndIfDirectiveTriviaSyntax ? lines[at] : "";
                }
                else if (Magic().Match(lines[at]) is { Success: true } magic)
                {
                    Close(at);
                    first = at + 1;
                    if (magic.Groups["name"].Value is not ("csharp" or "c#" or "C#") and var name)
                    {
                        parts.Add(new CellPart(name, magic.Groups["rest"].Value, at + 1, []));
                    }
                }
                else if (Package().Match(lines[at]) is { Success: true } package)
                {
                    var isSource = package.Groups["directive"].Value == "i";
                    packages.Add(new PackageDirective(isSource, package.Groups["what"].Value.Trim(), at + 1));
                    lines[at] = "";
                }
                else
                {
                    isEmpty = false;
                }
            }

            isEmpty &= token.IsKind(SyntaxKind.EndOfFileToken);
        }

        Close(lines.Length);
        return parts;

        void Close(int end)
        {
            if (!isEmpty || packages.Count > 0)
            {
                var code = isEmpty ? "" : new string('\n', first) + string.Join('\n', lines[first..end]);
                parts.Add(new CellPart(null, code, first + 1, [.. packages]));
            }

            packages.Clear();
            isEmpty = true;
        }
    }

    [GeneratedRegex("""^\s*#!(?<name>\S*)\s*(?<rest>.*?)\s*$""")]
    private static partial Regex Magic();

    [GeneratedRegex("""^\s*#(?<directive>[ri])\s+("nuget:(?<what>[^"]*)"\s*(//.*)?|nuget:(?<what>[^"]*))$""")]
    private static partial Regex Package();
}
