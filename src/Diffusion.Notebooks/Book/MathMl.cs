using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using static System.Net.WebUtility;

namespace Diffusion.Notebooks;

/// <summary>Turns the TeX of a course on diffusion into MathML; browsers draw that with no library and no network.</summary>
/// <remarks>A command that is not known stays in the formula as it was written. The <c>alttext</c> carries the source.</remarks>
public static partial class MathMl
{
    // Some texts take the square of their length.
    private const int Longest = 10_000;

    /// <summary>Converts one formula.</summary>
    /// <param name="tex">TeX without its dollar signs.</param>
    /// <param name="display">Whether it stands on a line of its own.</param>
    /// <returns>A <c>math</c> element; a formula longer than anyone writes stays TeX.</returns>
    public static string Convert(string tex, bool display)
    {
        var kind = display ? " display=\"block\"" : "";
        var source = HtmlEncode(tex.Trim().ReplaceLineEndings(" "));
        var formula = tex.Length > Longest ? $"<mtext class=\"tex\">{source}</mtext>" : new Parser(tex).Formula();
        return $"<math xmlns=\"http://www.w3.org/1998/Math/MathML\"{kind} alttext=\"{source}\">{formula}</math>";
    }

    [GeneratedRegex("""
        (?<token> \\\\ ) \[ [^\]\s]* \]     # a row's end; room below it is not kept
        | (?<token> \\ (?: text | textrm | mbox | tag | begin | end ) \{ (?: [^{}] | \{ [^{}]* \} )* \} )
        | (?<token> \\ (?: [A-Za-z]+ | . ) | [0-9]+ (?: \.[0-9]+ )? | [\uD800-\uDBFF][\uDC00-\uDFFF] | \S )
        """, RegexOptions.IgnorePatternWhitespace | RegexOptions.Singleline)]
    private static partial Regex Token();

    // Limits: scripts go below and above.
    private readonly record struct Node(string Xml, bool Limits = false);

    private sealed class Parser(string tex)
    {
        // The parser recurses, and a stack that overflows ends the process.
        private const int Deepest = 100;

        private const string Nothing = "<mrow></mrow>";

        // The last one is empty and is never passed.
        private readonly List<string> tokens = [.. Token().Matches(tex).Select(match => match.Groups["token"].Value), ""];
        private int at;
        private int depth;
        private string font = "";

        public string Formula()
        {
            var line = Row("&", "\\\\");
            if (tokens[at].Length == 0)
            {
                return $"<mrow>{line}</mrow>";
            }

            at = 0;
            return Table(end: "", "aligned");
        }

        private string Row(params string[] ends)
        {
            var xml = new StringBuilder();
            while (tokens[at].Length > 0 && !ends.Contains(tokens[at]))
            {
                xml.Append(Scripted());
            }

            return xml.ToString();
        }

        private string Inside(string end)
        {
            var row = Row(end);
            Take(end);
            return row;
        }

        // The style sheet aligns the columns.
        private string Table(string end, string kind)
        {
            var xml = new StringBuilder($"<mtable class=\"{kind}\"><mtr>");
            bool ended;
            do
            {
                xml.Append("<mtd>").Append(Row(end, "&", "\\\\")).Append("</mtd>");
                ended = Take("\\\\") && tokens[at] != end;
                xml.Append(ended ? "</mtr><mtr>" : "");
            }
            while (ended || Take("&"));
            Take(end);
            return xml.Append("</mtr></mtable>").ToString();
        }

        // An atom with what stands below and above it.
        private string Scripted()
        {
            var (xml, limits) = tokens[at] is "_" or "^" or "'" ? new(Nothing) : Atom();
            limits |= Take("\\limits");
            string below = "", above = "";
            while (tokens[at] is ("_" or "^" or "'") and var mark)
            {
                at++;
                below += mark == "_" ? Argument() : "";
                above += mark == "^" ? Argument() : mark == "'" ? "<mo>′</mo>" : "";
            }

            var (under, over, both) = limits ? ("munder", "mover", "munderover") : ("msub", "msup", "msubsup");
            return (below, above) switch
            {
                ("", "") => xml,
                (_, "") => $"<{under}>{xml}<mrow>{below}</mrow></{under}>",
                ("", _) => $"<{over}>{xml}<mrow>{above}</mrow></{over}>",
                _ => $"<{both}>{xml}<mrow>{below}</mrow><mrow>{above}</mrow></{both}>",
            };
        }

        // What a command or a script takes, a group or one token, as one element.
        private string Argument()
        {
            var token = tokens[at];
            if (token is "" or "}" or "&" or "\\\\")
            {
                return Nothing;
            }

            if (char.IsAsciiDigit(token[0]) && token.Length > 1)
            {
                tokens[at] = token[..1]; // \frac12 is one half
                tokens.Insert(at + 1, token[1..]);
            }

            return Atom().Xml;
        }

        private Node Atom()
        {
            if (depth == Deepest)
            {
                at = tokens.Count - 1;
                return new(Nothing);
            }

            depth++;
            var node = tokens[at++] switch
            {
                ['\\', .. var name] => Command(name),
                "{" => new($"<mrow>{Inside("}")}</mrow>"),
                "}" or "&" => new(Nothing),
                "-" => new("<mo>−</mo>"),
                "*" => new("<mo>∗</mo>"),
                "~" => new("<mspace width=\"0.33em\"/>"),
                "|" => new("<mo stretchy=\"false\" lspace=\"0\" rspace=\"0\">|</mo>"),
                ("(" or ")" or "[" or "]") and var fence => new($"<mo stretchy=\"false\">{fence}</mo>"),
                [>= '0' and <= '9', ..] and var number => new($"<mn>{Styled(number)}</mn>"),
                var letter when IsLetter(letter) => new(Letter(letter)),
                var sign => new($"<mo>{HtmlEncode(sign)}</mo>"),
            };
            depth--;
            return node;
        }

        private Node Command(string name)
        {
            if (MathSymbol.Find(name) is { } symbol)
            {
                var first = symbol.Xml.Contains("{1}", StringComparison.Ordinal) ? Argument() : "";
                var second = symbol.Xml.Contains("{2}", StringComparison.Ordinal) ? Argument() : "";
                return new(string.Format(CultureInfo.InvariantCulture, symbol.Xml, Styled(symbol.Text), first, second), symbol.Limits);
            }

            var (command, text) = name.Split('{', 2) is [{ Length: > 0 } before, var braced] ? (before, braced[..^1]) : (name, "");
            return command switch
            {
                " " or "\n" => new("<mspace width=\"0.33em\"/>"),
                "sqrt" when Take("[") && Inside("]") is { } index => new($"<mroot>{Argument()}<mrow>{index}</mrow></mroot>"),
                "sqrt" => new($"<msqrt>{Argument()}</msqrt>"),
                "operatorname" when Take("*") => new(InFont("mathrm"), Limits: true),
                "mathrm" or "operatorname" => new(InFont("mathrm")),
                "mathbf" or "mathcal" or "mathbb" or "boldsymbol" => new(InFont(name)),
                "bm" => new(InFont("boldsymbol")),
                "text" or "textrm" or "mbox" => new($"<mtext>{HtmlEncode(text.Replace(@"\", "").Replace(' ', '\u00a0'))}</mtext>"),
                "tag" => new($"<mrow><mspace width=\"2em\"/><mtext>({HtmlEncode(text)})</mtext></mrow>"),
                "left" => new($"<mrow>{Delimiter()}{Inside("\\right")}{Delimiter()}</mrow>"),
                "middle" => new(Delimiter()),
                "big" or "bigl" or "bigr" or "bigm" => new(Sized("1.2em")),
                "Big" or "Bigl" or "Bigr" or "Bigm" => new(Sized("1.6em")),
                "bigg" or "biggl" or "biggr" or "biggm" => new(Sized("2.1em")),
                "Bigg" or "Biggl" or "Biggr" or "Biggm" => new(Sized("2.6em")),
                "begin" => new(Environment(text)),
                "displaystyle" or "nonumber" or "notag" or "right" or "end" => new(Nothing),
                _ => new($"<mtext class=\"tex\">\\{HtmlEncode(name)}</mtext>"),
            };
        }

        private string Environment(string name)
        {
            var end = $"\\end{{{name}}}";
            return name.TrimEnd('*') switch
            {
                "pmatrix" => $"<mrow><mo>(</mo>{Table(end, "matrix")}<mo>)</mo></mrow>",
                "bmatrix" => $"<mrow><mo>[</mo>{Table(end, "matrix")}<mo>]</mo></mrow>",
                "vmatrix" => $"<mrow><mo fence=\"true\">|</mo>{Table(end, "matrix")}<mo fence=\"true\">|</mo></mrow>",
                "cases" => $"<mrow><mo>{{</mo>{Table(end, "cases")}</mrow>",
                "matrix" or "gather" or "gathered" => Table(end, "matrix"),
                "array" when Argument() is { } => Table(end, "matrix"), // what its columns ask for is not kept
                _ => Table(end, "aligned"),
            };
        }

        // A delimiter inside a script's base gets its size only in a row of its own.
        private string Sized(string size) => $"<mrow>{Delimiter($" symmetric=\"true\" minsize=\"{size}\" maxsize=\"{size}\"")}</mrow>";

        private string Delimiter(string attributes = "")
        {
            var token = tokens[at];
            at += token.Length > 0 ? 1 : 0;
            var sign = token switch
            {
                "." => "",
                "<" => "⟨",
                ">" => "⟩",
                ['\\', .. var name] => MathSymbol.Find(name)?.Text ?? name,
                _ => token,
            };
            return sign.Length == 0 ? Nothing : $"<mo stretchy=\"true\" lspace=\"0\" rspace=\"0\"{attributes}>{HtmlEncode(sign)}</mo>";
        }

        private string InFont(string inner)
        {
            var outer = font;
            font = inner;
            var xml = Argument();
            font = outer;
            return xml;
        }

        private string Letter(string name)
        {
            // \mathrm{SNR} is one name.
            while (font == "mathrm" && IsLetter(tokens[at]))
            {
                name += tokens[at++];
            }

            return $"<mi{(font.Length > 0 ? " mathvariant=\"normal\"" : "")}>{Styled(name)}</mi>";
        }

        private string Styled(string text) => HtmlEncode(MathAlphabet.Style(text, font));

        private bool Take(string token)
        {
            var found = token.Length > 0 && tokens[at] == token;
            at += found ? 1 : 0;
            return found;
        }

        private static bool IsLetter(string token) => token.Length > 0 && char.IsLetter(token, 0);
    }
}
