using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Diffusion.Notebooks;

/// <summary>A cell as an engine takes it that knows neither <c>#!import</c> nor paths relative to the notebook.</summary>
/// <param name="From">The notebook's cell that it is, or is a part of.</param>
/// <param name="Language">The language of a code cell, by the name that <see cref="NotebookCell.Language"/> has for it.</param>
/// <param name="Source">The text.</param>
internal sealed partial record ExportedCell(NotebookCell From, string Language, string Source)
{
    /// <summary>The cells that do in such an engine what the notebook's do.</summary>
    /// <exception cref="NotebookFormatException">One has a command that is none of C#'s, or imports itself or a file that is missing.</exception>
    public static IEnumerable<ExportedCell> Of(Notebook notebook)
    {
        var first = notebook.Cells.FirstOrDefault(IsCSharp);
        foreach (var cell in notebook.Cells)
        {
            if (cell == first)
            {
                var added = new JsonObject { ["cell_type"] = "code", ["metadata"] = new JsonObject(), ["source"] = "" };
                yield return new ExportedCell(new NotebookCell(added, cell.Number, Languages.CSharp), Languages.CSharp, Beginning(notebook));
            }

            string[] sources = IsCSharp(cell) ? [.. new Expansion(notebook, cell).Of(cell.Source)] : [];
            foreach (var source in sources is [] ? [WithoutSelector(cell)] : sources)
            {
                yield return new ExportedCell(cell, cell.Language, source);
            }
        }
    }

    private static bool IsCSharp(NotebookCell cell) => cell is { Kind: CellKind.Code, Language: Languages.CSharp };

    private static string Beginning(Notebook notebook) => $"""
        // Written by `ddm export`: the kit is found, and paths are relative to the notebook's folder, on this machine only.
        System.IO.Directory.SetCurrentDirectory(@"{Path.GetDirectoryName(notebook.Path)!.Replace("\"", "\"\"", StringComparison.Ordinal)}");
        """ + (notebook.Cells.Any(cell => IsCSharp(cell) && Display().IsMatch(cell.Source)) ? "\nvoid display(object value) => value.Display();" : "");

    private static string WithoutSelector(NotebookCell cell) =>
        cell.Kind == CellKind.Code && Selector().Match(cell.Source) is { Success: true } selector && Languages.Find(selector.Groups[1].Value) is not null
            ? cell.Source[selector.Length..]
            : cell.Source;

    [GeneratedRegex(@"\bdisplay\(")]
    private static partial Regex Display();

    [GeneratedRegex(@"^\s*#!(\S+)[^\n]*\n?")]
    private static partial Regex Selector();

    [GeneratedRegex(@"^(\s*#(?:r|load)\s+"")(?!nuget:)([^""]+)""", RegexOptions.Multiline)]
    private static partial Regex Reference();

    /// <summary>Puts what a cell imports in the place of the line that does.</summary>
    private sealed class Expansion(Notebook notebook, NotebookCell cell)
    {
        private readonly string home = Path.GetDirectoryName(notebook.Path)!;

        public IEnumerable<string> Of(string source) => Of(source, home, $"cell {cell.Number}", []);

        private IEnumerable<string> Of(string source, string folder, string file, IReadOnlyList<string> importing)
        {
            foreach (var part in CellPart.Split(source))
            {
                var where = $"{notebook.Path}: {file}, line {part.Line}";
                if (part.Command is null)
                {
                    yield return string.Concat(part.Packages.Select(package =>
                        package.IsSource ? $"#i \"nuget: {package.Source(home)}\"\n" : $"#r \"nuget: {package.What}\"\n"))
                        + Reference().Replace(part.Text.Trim('\n'), named => Rooted(named, folder));
                }
                else if (part.Command == CellPart.Import)
                {
                    foreach (var text in Imported(part, folder, where, importing))
                    {
                        yield return text;
                    }
                }
                else
                {
                    throw new NotebookFormatException($"{where}: #!{part.Command}: in C# cells export takes #!csharp and #!import.");
                }
            }
        }

        private IEnumerable<string> Imported(CellPart part, string folder, string where, IReadOnlyList<string> importing)
        {
            var path = ImportedFile.Find(part.Text.Trim('"'), folder, home)
                ?? throw new NotebookFormatException($"{where}: {part.Text}: there is no such file.");
            return importing.Contains(path)
                ? throw new NotebookFormatException($"{where}: {Path.GetFileName(path)} imports itself.")
                : ImportedFile.Scripts(path).SelectMany(script => Of(script.Source, Path.GetDirectoryName(path)!, script.Name, [.. importing, path]));
        }

        private string Rooted(Match named, string folder) =>
            ImportedFile.Find(named.Groups[2].Value, folder, home) is { } path ? $"{named.Groups[1]}{path}\"" : named.Value;
    }
}
