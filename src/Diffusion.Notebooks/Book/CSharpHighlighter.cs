using System.Net;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Diffusion.Notebooks;

/// <summary>Colours C# by its own parser, so that C# 14 and half-finished code come out right.</summary>
internal static class CSharpHighlighter
{
    private static readonly CSharpParseOptions Options = new(LanguageVersion.CSharp14, kind: SourceCodeKind.Script);

    // Roslyn's lexer and its look-ahead recurse without a guard, and take the square of the depth.
    private const int MostCharacters = 100_000;
    private const int Deepest = 256;
    private const int Stack = 64 << 20;

    /// <summary>Colours C#; text that is too long or too deeply nested for it stays as it is.</summary>
    public static string Highlight(string code)
    {
        var html = WebUtility.HtmlEncode(code);
        if (code.Length <= MostCharacters && Depth(code) <= Deepest)
        {
            var thread = new Thread(() => html = Colour(code), Stack);
            thread.Start();
            thread.Join();
        }

        return html;
    }

    private static int Depth(string code)
    {
        var (depth, most) = (0, 0);
        foreach (var character in code)
        {
            depth += character is '(' or '[' or '{' ? 1 : character is ')' or ']' or '}' && depth > 0 ? -1 : 0;
            most = Math.Max(most, depth);
        }

        return most;
    }

    private static string Colour(string code)
    {
        var html = new StringBuilder(code.Length * 2);
        foreach (var token in CSharpSyntaxTree.ParseText(code, Options).GetRoot().DescendantTokens())
        {
            AppendTrivia(token.LeadingTrivia);
            Append(html, Class(token), token.Text);
            AppendTrivia(token.TrailingTrivia);
        }

        return html.ToString();

        void AppendTrivia(SyntaxTriviaList trivia)
        {
            foreach (var piece in trivia)
            {
                // Whole text: a directive's own line end stays outside the colour.
                var text = piece.ToFullString();
                var end = text.EndsWith('\n') ? "\n" : "";
                Append(html, Class(piece), text[..^end.Length]);
                html.Append(end);
            }
        }
    }

    private static void Append(StringBuilder html, string? name, string text)
    {
        if (text.Length == 0)
        {
            return;
        }

        var encoded = WebUtility.HtmlEncode(text);
        _ = name is null
            ? html.Append(encoded)
            : html.Append("<span class=\"").Append(name).Append("\">").Append(encoded).Append("</span>");
    }

    private static string? Class(SyntaxTrivia trivia) => trivia.Kind() switch
    {
        SyntaxKind.SingleLineCommentTrivia or SyntaxKind.MultiLineCommentTrivia
            or SyntaxKind.SingleLineDocumentationCommentTrivia or SyntaxKind.MultiLineDocumentationCommentTrivia => "c",
        _ when trivia.IsDirective => "d",
        _ => null,
    };

    private static string? Class(SyntaxToken token) => token.Kind() switch
    {
        SyntaxKind.NumericLiteralToken => "n",
        SyntaxKind.StringLiteralToken or SyntaxKind.CharacterLiteralToken
            or SyntaxKind.SingleLineRawStringLiteralToken or SyntaxKind.MultiLineRawStringLiteralToken
            or SyntaxKind.Utf8StringLiteralToken or SyntaxKind.InterpolatedStringStartToken
            or SyntaxKind.InterpolatedStringTextToken or SyntaxKind.InterpolatedStringEndToken
            or SyntaxKind.InterpolatedVerbatimStringStartToken or SyntaxKind.InterpolatedSingleLineRawStringStartToken
            or SyntaxKind.InterpolatedMultiLineRawStringStartToken or SyntaxKind.InterpolatedRawStringEndToken => "s",
        SyntaxKind.IdentifierToken => Identifier(token),
        _ when token.IsKeyword() => "k",
        _ => null,
    };

    private static string? Identifier(SyntaxToken token)
    {
        if (token.Parent is IdentifierNameSyntax { IsVar: true })
        {
            return "k";
        }

        return token.Parent switch
        {
            BaseTypeDeclarationSyntax or TypeParameterSyntax => "t",
            MethodDeclarationSyntax or LocalFunctionStatementSyntax => "f",
            SimpleNameSyntax { Parent: InvocationExpressionSyntax } => "f",
            SimpleNameSyntax { Parent: MemberAccessExpressionSyntax { Parent: InvocationExpressionSyntax } access } name
                when access.Name == name => "f",
            SimpleNameSyntax { Parent: MemberBindingExpressionSyntax { Parent: InvocationExpressionSyntax } } => "f",
            SimpleNameSyntax { Parent: MemberAccessExpressionSyntax access } name
                when access.Expression == name && char.IsUpper(name.Identifier.Text[0]) => "t",
            SimpleNameSyntax name when IsType(name) => "t",
            _ => null,
        };
    }

    private static bool IsType(SimpleNameSyntax name) => name.Parent switch
    {
        ObjectCreationExpressionSyntax or TypeArgumentListSyntax or BaseTypeSyntax or ArrayTypeSyntax or NullableTypeSyntax
            or TypeOfExpressionSyntax or DeclarationPatternSyntax or RefTypeSyntax => true,
        VariableDeclarationSyntax declaration => declaration.Type == name,
        ParameterSyntax parameter => parameter.Type == name,
        CastExpressionSyntax cast => cast.Type == name,
        MethodDeclarationSyntax method => method.ReturnType == name,
        LocalFunctionStatementSyntax function => function.ReturnType == name,
        ForEachStatementSyntax loop => loop.Type == name,
        PropertyDeclarationSyntax property => property.Type == name,
        _ => false,
    };
}
