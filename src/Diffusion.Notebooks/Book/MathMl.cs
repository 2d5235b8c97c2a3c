using System.Globalization;
using System.Net;
using System.Text;

namespace Diffusion.Notebooks;

/// <summary>Turns the TeX that a mathematical text uses into MathML; browsers draw that with no library and no network.</summary>
/// <remarks>What is not understood stays readable as TeX. The <c>alttext</c> carries the source.</remarks>
public static class MathMl
{
    /// <summary>Converts one formula.</summary>
    /// <param name="tex">TeX without its dollar signs.</param>
    /// <param name="display">Whether it stands on a line of its own.</param>
    /// <returns>A <c>math</c> element.</returns>
    public static string Convert(string tex, bool display)
    {
        var source = tex.Trim();
        var kind = display ? " display=\"block\"" : "";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"<math xmlns=\"http://www.w3.org/1998/Math/MathML\"{kind} alttext=\"{WebUtility.HtmlEncode(source.ReplaceLineEndings(" "))}\">{new Parser(source).ParseAll()}</math>");
    }

    // Xml: one element. Limits: scripts go below and above.
    private readonly record struct Node(string Xml, bool Limits = false);

    private sealed class Parser(string tex)
    {
        private const int Deepest = 100;
        private int _at;
        private int _depth;
        private string _font = "";

        public string ParseAll()
        {
            var rows = Rows(() => false);
            return rows is [[var only]] ? $"<mrow>{only}</mrow>" : Table(rows, "aligned");
        }

        private static string Table(List<List<string>> rows, string environment)
        {
            var html = new StringBuilder("<mtable" + (environment.StartsWith("align", StringComparison.Ordinal) ? " displaystyle=\"true\"" : "") + ">");
            foreach (var row in rows)
            {
                html.Append("<mtr>");
                for (var column = 0; column < row.Count; column++)
                {
                    var style = environment switch
                    {
                        "aligned" => column % 2 == 0 ? "text-align:right;padding-right:0" : "text-align:left;padding-left:0",
                        "cases" => "text-align:left",
                        _ => "text-align:center",
                    };
                    html.Append(CultureInfo.InvariantCulture, $"<mtd style=\"{style}\">{row[column]}</mtd>");
                }

                html.Append("</mtr>");
            }

            return html.Append("</mtable>").ToString();
        }

        private static string Text(string text) => WebUtility.HtmlEncode(text);

        private static string Operator(string text, string attributes = "") => $"<mo{attributes}>{Text(text)}</mo>";

        private static string Delimiter(string text, string attributes) => text.Length == 0 ? "" : Operator(text, attributes);

        private List<List<string>> Rows(Func<bool> isEnd)
        {
            var rows = new List<List<string>> { new() };
            while (true)
            {
                rows[^1].Add(Row(() => isEnd() || Peek("&") || Peek("\\\\")));
                if (_at >= tex.Length || isEnd())
                {
                    break;
                }

                if (Take("&"))
                {
                    continue;
                }

                Take("\\\\");
                SkipSpace();
                if (_at < tex.Length && tex[_at] == '[')
                {
                    Optional(); // extra room between rows
                }

                rows.Add([]);
            }

            // A row ended by \\ is not followed by an empty one.
            if (rows.Count > 1 && rows[^1].All(cell => cell.Length == 0))
            {
                rows.RemoveAt(rows.Count - 1);
            }

            return rows;
        }

        private string Row(Func<bool> isEnd)
        {
            var html = new StringBuilder();
            while (true)
            {
                SkipSpace();
                if (_at >= tex.Length || isEnd())
                {
                    return html.ToString();
                }

                html.Append(Scripted());
            }
        }

        // An atom with what stands below and above it.
        private string Scripted()
        {
            var atom = tex[_at] is '_' or '^' ? new Node("<mrow></mrow>") : Atom();
            string? below = null;
            string? above = null;
            while (true)
            {
                SkipSpace();
                if (below is null && Take("_"))
                {
                    below = Argument();
                }
                else if (_at < tex.Length && tex[_at] == '\'')
                {
                    var primes = 0;
                    while (Take("'"))
                    {
                        primes++;
                    }

                    var prime = Operator(new string('′', primes));
                    above = above is null ? prime : $"<mrow>{prime}{above}</mrow>";
                }
                else if ((above is null || above.StartsWith("<mo>′", StringComparison.Ordinal)) && Take("^"))
                {
                    var argument = Argument();
                    above = above is null ? argument : $"<mrow>{above}{argument}</mrow>";
                }
                else if (Take("\\limits"))
                {
                    atom = atom with { Limits = true };
                }
                else if (Take("\\nolimits"))
                {
                    atom = atom with { Limits = false };
                }
                else
                {
                    break;
                }
            }

            return (below, above, atom.Limits) switch
            {
                (null, null, _) => atom.Xml,
                (not null, null, true) => $"<munder>{atom.Xml}{below}</munder>",
                (null, not null, true) => $"<mover>{atom.Xml}{above}</mover>",
                (not null, not null, true) => $"<munderover>{atom.Xml}{below}{above}</munderover>",
                (not null, null, false) => $"<msub>{atom.Xml}{below}</msub>",
                (null, not null, false) => $"<msup>{atom.Xml}{above}</msup>",
                _ => $"<msubsup>{atom.Xml}{below}{above}</msubsup>",
            };
        }

        private Node Atom()
        {
            var character = tex[_at];
            if (character == '{')
            {
                return new Node(Group());
            }

            if (character == '\\')
            {
                return Command();
            }

            if (char.IsAsciiDigit(character))
            {
                var start = _at;
                while (_at < tex.Length && (char.IsAsciiDigit(tex[_at]) || (tex[_at] == '.' && _at + 1 < tex.Length && char.IsAsciiDigit(tex[_at + 1]))))
                {
                    _at++;
                }

                return new Node($"<mn>{string.Concat(tex[start.._at].Select(digit => MathAlphabet.Map(digit, _font)))}</mn>");
            }

            var rune = Rune.TryGetRuneAt(tex, _at, out var found) ? found : Rune.ReplacementChar;
            _at += Math.Max(1, rune.Utf16SequenceLength);
            if (Rune.IsLetter(rune))
            {
                return new Node(Letter(rune.ToString()));
            }

            return new Node(character switch
            {
                '-' => Operator("−"),
                '*' => Operator("∗"),
                '(' or ')' or '[' or ']' or '|' => Operator(character.ToString(), " stretchy=\"false\""),
                '~' => "<mspace width=\"0.33em\"/>",
                '}' or '&' or '\'' => "",
                _ => Operator(rune.ToString()),
            });
        }

        private string Letter(string letter) => _font switch
        {
            "" or "mathit" => $"<mi>{Text(letter)}</mi>",
            "mathrm" => $"<mi mathvariant=\"normal\">{Text(letter)}</mi>",
            _ => $"<mi mathvariant=\"normal\">{Text(letter.Length == 1 ? MathAlphabet.Map(letter[0], _font) : letter)}</mi>",
        };

        // What a command or a script takes: a group or one token.
        private string Argument()
        {
            SkipSpace();
            if (_at >= tex.Length || tex[_at] is '}' or '&')
            {
                return "<mrow></mrow>";
            }

            if (tex[_at] == '{')
            {
                return Group();
            }

            if (char.IsAsciiDigit(tex[_at]))
            {
                return $"<mn>{tex[_at++]}</mn>"; // \frac12 is one half
            }

            var xml = Atom().Xml;
            return xml.Length == 0 ? "<mrow></mrow>" : xml;
        }

        private string Group()
        {
            if (!Take("{") || ++_depth > Deepest)
            {
                _at = tex.Length;
                return "<mrow></mrow>";
            }

            var row = Row(() => Peek("}"));
            Take("}");
            _depth--;
            return $"<mrow>{row}</mrow>";
        }

        private string RawGroup()
        {
            SkipSpace();
            if (!Take("{"))
            {
                return _at < tex.Length ? tex[_at++].ToString() : "";
            }

            var start = _at;
            for (var open = 1; _at < tex.Length; _at++)
            {
                open += tex[_at] switch { '{' => 1, '}' => -1, _ => 0 };
                if (open == 0)
                {
                    return tex[start.._at++];
                }
            }

            return tex[start..];
        }

        private string? Optional()
        {
            SkipSpace();
            if (!Peek("["))
            {
                return null;
            }

            var end = tex.IndexOf(']', _at);
            end = end < 0 ? tex.Length : end;
            var text = tex[(_at + 1)..end];
            _at = Math.Min(tex.Length, end + 1);
            return text;
        }

        private string Name()
        {
            var start = ++_at;
            while (_at < tex.Length && char.IsAsciiLetter(tex[_at]))
            {
                _at++;
            }

            if (_at == start && _at < tex.Length)
            {
                _at++;
            }

            return tex[start.._at];
        }

        private Node Command()
        {
            if (++_depth > Deepest)
            {
                _at = tex.Length;
                return new Node("");
            }

            var node = Command(Name());
            _depth--;
            return node;
        }

        private Node Command(string name)
        {
            if (MathSymbols.Find(name) is { } symbol)
            {
                return new Node(symbol.Xml, symbol.Limits);
            }

            if (MathSymbols.Accent(name) is { } accent)
            {
                var over = $"{Argument()}<mo stretchy=\"{(accent.Stretchy ? "true" : "false")}\">{accent.Mark}</mo>";
                return new Node(accent.Below ? $"<munder accentunder=\"true\">{over}</munder>" : $"<mover accent=\"true\">{over}</mover>", accent.Limits);
            }

            switch (name)
            {
                case "frac" or "dfrac" or "tfrac" or "cfrac":
                    {
                        var style = name switch { "dfrac" or "cfrac" => " displaystyle=\"true\"", "tfrac" => " displaystyle=\"false\"", _ => "" };
                        return new Node($"<mfrac{style}>{Argument()}{Argument()}</mfrac>");
                    }

                case "binom":
                    return new Node($"<mrow><mo>(</mo><mfrac linethickness=\"0\">{Argument()}{Argument()}</mfrac><mo>)</mo></mrow>");
                case "sqrt":
                    return Optional() is { } index
                        ? new Node($"<mroot>{Argument()}<mrow>{new Parser(index).Row(() => false)}</mrow></mroot>")
                        : new Node($"<msqrt>{Argument()}</msqrt>");
                case "text" or "textrm" or "textit" or "textbf" or "textnormal" or "mbox":
                    return new Node($"<mtext>{Text(RawGroup().Replace("\\ ", " ", StringComparison.Ordinal).Replace("\\_", "_", StringComparison.Ordinal).Replace(' ', '\u00a0'))}</mtext>");
                case "operatorname":
                    {
                        var limits = Take("*");
                        return new Node($"<mi mathvariant=\"normal\">{Text(Plain(RawGroup()))}</mi>", limits);
                    }

                case "mathrm" or "rm":
                    {
                        var start = _at;
                        var raw = RawGroup();
                        if (raw.All(char.IsLetter))
                        {
                            return new Node($"<mi mathvariant=\"normal\">{Text(raw)}</mi>");
                        }

                        _at = start;
                        return new Node(InFont("mathrm"));
                    }

                case "mathbf" or "boldsymbol" or "bm" or "mathcal" or "mathscr" or "mathbb" or "mathit" or "mathsf" or "mathtt" or "mathfrak":
                    return new Node(InFont(name is "boldsymbol" or "bm" ? "mathbf" : name));
                case "left":
                    {
                        var open = DelimiterName();
                        var inside = Row(() => Peek("\\right"));
                        var close = Take("\\right") ? DelimiterName() : "";
                        return new Node($"<mrow>{Delimiter(open, " fence=\"true\" stretchy=\"true\"")}{inside}{Delimiter(close, " fence=\"true\" stretchy=\"true\"")}</mrow>");
                    }

                case "middle":
                    return new Node(Delimiter(DelimiterName(), " stretchy=\"true\""));
                case "big" or "bigl" or "bigr" or "bigm" or "Big" or "Bigl" or "Bigr" or "Bigm" or "bigg" or "biggl" or "biggr" or "Bigg" or "Biggl" or "Biggr":
                    {
                        var size = name.TrimEnd('l', 'r', 'm') switch { "big" => "1.2em", "Big" => "1.6em", "bigg" => "2.1em", _ => "2.6em" };
                        return new Node(Delimiter(DelimiterName(), $" stretchy=\"true\" symmetric=\"true\" minsize=\"{size}\" maxsize=\"{size}\""));
                    }

                case "overset" or "stackrel":
                    {
                        var above = Argument();
                        return new Node($"<mover>{Argument()}{above}</mover>");
                    }

                case "underset":
                    {
                        var below = Argument();
                        return new Node($"<munder>{Argument()}{below}</munder>");
                    }

                case "not":
                    {
                        var negated = Argument();
                        var close = negated.LastIndexOf("</", StringComparison.Ordinal);
                        return new Node(close < 0 ? negated : negated.Insert(close, "\u0338"));
                    }

                case "boxed":
                    return new Node($"<mrow style=\"border:1px solid;padding:0.3em\">{Argument()}</mrow>");
                case "phantom":
                    return new Node($"<mphantom>{Argument()}</mphantom>");
                case "mathop":
                    return new Node(Argument(), Limits: true);
                case "substack":
                    {
                        SkipSpace();
                        Take("{");
                        var rows = Rows(() => Peek("}"));
                        Take("}");
                        return new Node(Table(rows, "matrix"));
                    }

                case "tag":
                    return new Node($"<mspace width=\"2em\"/><mtext>({Text(RawGroup())})</mtext>");
                case "label" or "color":
                    RawGroup();
                    return new Node("");
                case "textcolor":
                    RawGroup();
                    return new Node(Argument());
                case "begin":
                    return new Node(Environment(RawGroup()));
                case "displaystyle" or "textstyle" or "nonumber" or "notag" or "limits" or "nolimits" or "right" or "end":
                    return new Node("");
                default:
                    return new Node($"<mtext class=\"tex\">\\{Text(name)}</mtext>");
            }
        }

        private static string Plain(string text) => text.Replace("\\,", "\u2009", StringComparison.Ordinal).Replace("\\", "", StringComparison.Ordinal);

        private string InFont(string font)
        {
            var before = _font;
            _font = font;
            var xml = Argument();
            _font = before;
            return xml;
        }

        private string DelimiterName()
        {
            SkipSpace();
            if (_at >= tex.Length)
            {
                return "";
            }

            if (tex[_at] != '\\')
            {
                var character = tex[_at++];
                return character switch { '.' => "", '<' => "⟨", '>' => "⟩", _ => character.ToString() };
            }

            var name = Name();
            return MathSymbols.Delimiter(name) ?? name;
        }

        private string Environment(string name)
        {
            var plain = name.TrimEnd('*');
            if (plain == "array")
            {
                RawGroup(); // the columns' alignment: centred here
            }

            var rows = Rows(() => Peek("\\end"));
            if (Take("\\end"))
            {
                RawGroup();
            }

            return plain switch
            {
                "pmatrix" => Fenced("(", ")", "matrix"),
                "bmatrix" => Fenced("[", "]", "matrix"),
                "Bmatrix" => Fenced("{", "}", "matrix"),
                "vmatrix" => Fenced("|", "|", "matrix"),
                "cases" => Fenced("{", "", "cases"),
                "matrix" or "smallmatrix" or "array" or "gather" or "gathered" => Table(rows, "matrix"),
                _ => Table(rows, "aligned"),
            };

            string Fenced(string open, string close, string kind) =>
                $"<mrow>{Delimiter(open, " fence=\"true\" stretchy=\"true\"")}{Table(rows, kind)}{Delimiter(close, " fence=\"true\" stretchy=\"true\"")}</mrow>";
        }

        private void SkipSpace()
        {
            while (_at < tex.Length)
            {
                if (tex[_at] == '%')
                {
                    var end = tex.IndexOf('\n', _at);
                    _at = end < 0 ? tex.Length : end + 1;
                }
                else if (char.IsWhiteSpace(tex[_at]))
                {
                    _at++;
                }
                else
                {
                    return;
                }
            }
        }

        private bool Peek(string text)
        {
            if (string.CompareOrdinal(tex, _at, text, 0, text.Length) != 0)
            {
                return false;
            }

            // \right is not the beginning of \rightarrow.
            var end = _at + text.Length;
            return text[0] != '\\' || !char.IsAsciiLetter(text[^1]) || end >= tex.Length || !char.IsAsciiLetter(tex[end]);
        }

        private bool Take(string text)
        {
            if (!Peek(text))
            {
                return false;
            }

            _at += text.Length;
            return true;
        }
    }
}
