using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Diffusion.Notebooks;

/// <summary>Gives a notebook other parameters, as papermill does.</summary>
/// <remarks>
/// The cell tagged <c>parameters</c> declares them with their usual values. A cell tagged <c>injected-parameters</c> is put
/// after it and declares them anew; it replaces an earlier one of that tag.
/// </remarks>
public static class NotebookParameters
{
    private const string Tag = "parameters";
    private const string InjectedTag = "injected-parameters";

    /// <summary>Whether a text can name a parameter.</summary>
    /// <param name="name">The text.</param>
    /// <returns><see langword="true"/> for a C# identifier that is no keyword.</returns>
    public static bool IsName(string name) => SyntaxFacts.IsValidIdentifier(name) && SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None;

    /// <summary>Puts values into a notebook.</summary>
    /// <param name="notebook">The notebook.</param>
    /// <param name="values">
    /// Values by the parameters' names: C# literals such as <c>10</c>, <c>0.5</c>, <c>true</c> or <c>null</c>; anything else is a
    /// string, as is everything for a parameter that the notebook declares as a string. A parameter keeps its type.
    /// </param>
    /// <exception cref="NotebookFormatException">
    /// No cell is tagged <c>parameters</c>, it declares no such parameter, or the value is not of its type.
    /// </exception>
    public static void Inject(Notebook notebook, IEnumerable<KeyValuePair<string, string>> values)
    {
        var name = Path.GetFileName(notebook.Path);
        var cell = notebook.Cells.FirstOrDefault(cell => cell.IsExecutable && cell.HasTag(Tag))
            ?? throw new NotebookFormatException($"{name}: no C# cell is tagged \"{Tag}\", so the notebook takes none.");
        var declared = Declared(cell.Source);
        var lines = values.Select(value => declared.TryGetValue(value.Key, out var type)
            ? Declaration(name, type, value.Key, value.Value)
            : throw new NotebookFormatException(
                $"{name}: there is no parameter {value.Key}; "
                + $"the cell tagged \"{Tag}\" declares {(declared.Count == 0 ? "none" : string.Join(", ", declared.Keys))}."));
        var injected = new JsonObject
        {
            ["cell_type"] = "code",
            ["execution_count"] = null,
            ["metadata"] = new JsonObject { ["tags"] = new JsonArray(InjectedTag) },
            ["outputs"] = new JsonArray(),
            ["source"] = MultilineText.Write(string.Join('\n', lines.Prepend("// Parameters"))),
        };
        var earlier = notebook.Cells.Where(other => other.HasTag(InjectedTag)).Select(other => other.Json).ToList();
        notebook.Edit(cells =>
        {
            earlier.ForEach(other => cells.Remove(other));
            cells.Insert(cells.IndexOf(cell.Json) + 1, injected);
        });
    }

    // The types of the variables that a cell declares, as far as its text tells; null where only the compiler knows.
    private static Dictionary<string, string?> Declared(string source)
    {
        var tree = CSharpSyntaxTree.ParseText(source, new CSharpParseOptions(LanguageVersion.CSharp14, kind: SourceCodeKind.Script));
        return tree.GetRoot().DescendantNodes(node => node is CompilationUnitSyntax or MemberDeclarationSyntax or GlobalStatementSyntax
                or LocalDeclarationStatementSyntax or VariableDeclarationSyntax)
            .OfType<VariableDeclaratorSyntax>()
            .Where(variable => variable.Parent is VariableDeclarationSyntax)
            .GroupBy(variable => variable.Identifier.ValueText)
            .ToDictionary(same => same.Key, same => Type(same.Last()), StringComparer.Ordinal);
    }

    private static string? Type(VariableDeclaratorSyntax variable)
    {
        var type = ((VariableDeclarationSyntax)variable.Parent!).Type;
        return !type.IsVar ? type.ToString() : Value(variable.Initializer?.Value) switch
        {
            bool => "bool",
            int => "int",
            long => "long",
            float => "float",
            double => "double",
            decimal => "decimal",
            string => "string",
            _ => null,
        };
    }

    private static object? Value(ExpressionSyntax? expression) => expression switch
    {
        LiteralExpressionSyntax literal => literal.Token.Value,
        PrefixUnaryExpressionSyntax
        {
            RawKind: (int)SyntaxKind.UnaryMinusExpression or (int)SyntaxKind.UnaryPlusExpression,
            Operand: LiteralExpressionSyntax literal,
        } => literal.Token.Value,
        _ => null,
    };

    private static string Declaration(string notebook, string? type, string name, string text)
    {
        var parsed = SyntaxFactory.ParseExpression(text);
        var value = parsed.ContainsDiagnostics || parsed.ToFullString() != text ? null : Value(parsed);
        var isNull = parsed.IsKind(SyntaxKind.NullLiteralExpression) && parsed.ToFullString() == text;
        var isWhole = value is int or uint or long or ulong;
        var fits = type?.TrimEnd('?') switch
        {
            "string" => true,
            _ when isNull => type is null || type.EndsWith('?') || !IsSimple(type),
            "bool" => value is bool,
            "int" => value is int,
            "long" => value is int or uint or long,
            "float" or "double" => isWhole || value is float or double,
            "decimal" => isWhole || value is float or double or decimal,
            _ => true,
        };
        if (!fits)
        {
            throw new NotebookFormatException($"{notebook}: the parameter {name} is of type {type}, and the value is {text}.");
        }

        var literal = type?.TrimEnd('?') switch
        {
            "string" => isNull ? "null" : value as string is { } quoted ? Quote(quoted) : Quote(text),
            // 0.5 is a double to the compiler, which it turns into neither by itself.
            "float" or "decimal" when !isNull => $"({type.TrimEnd('?')})({text})",
            _ => isNull || value is not null ? text : Quote(text),
        };
        return $"{type ?? (isNull ? "object" : "var")} {name} = {literal};";
    }

    private static bool IsSimple(string type) => type is "bool" or "int" or "long" or "float" or "double" or "decimal";

    private static string Quote(string text) => SymbolDisplay.FormatLiteral(text, quote: true);
}
