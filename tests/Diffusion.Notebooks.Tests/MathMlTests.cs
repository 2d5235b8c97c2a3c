using System.Text.RegularExpressions;
using System.Xml.Linq;
using CsCheck;

namespace Diffusion.Notebooks.Tests;

public sealed class MathMlTests
{
    private static readonly string[] Notebooks = Directory.GetFiles(Path.Combine(Home(), "notebooks"), "*.ipynb");

    // How many children MathML gives an element whose children each have a role.
    private static readonly Dictionary<string, int> Roles = new()
    {
        ["mfrac"] = 2,
        ["mroot"] = 2,
        ["msub"] = 2,
        ["msup"] = 2,
        ["munder"] = 2,
        ["mover"] = 2,
        ["msubsup"] = 3,
        ["munderover"] = 3,
    };

    public static TheoryData<string> NotebookNames => [.. Notebooks.Select(path => Path.GetFileName(path))];

    [Theory]
    [MemberData(nameof(NotebookNames))]
    public void Every_formula_of_the_notebooks_is_MathML_without_a_rest_of_TeX(string name)
    {
        var notebook = Notebook.Load(Path.Combine(Home(), "notebooks", name));
        var markdown = new MarkdownHtml(new LinkTargets(Home(), Home(), new Dictionary<string, string>()));
        var formulas = 0;
        foreach (var cell in notebook.Cells.Where(cell => cell.Kind == CellKind.Markdown))
        {
            var html = markdown.Cell(cell);
            foreach (Match math in Regex.Matches(html, "(?s)<math .*?</math>"))
            {
                AssertMathMl(math.Value);
                Assert.DoesNotContain("class=\"tex\"", math.Value, StringComparison.Ordinal);
                formulas++;
            }

            Assert.DoesNotContain('$', Regex.Replace(html, "(?s)<math .*?</math>|<code.*?</code>", ""));
        }

        Assert.True(formulas > 0);
    }

    [Theory]
    [InlineData("x_0", "<msub><mi>x</mi><mrow><mn>0</mn></mrow></msub>")]
    [InlineData("x'^2_t", "<msubsup><mi>x</mi><mrow><mi>t</mi></mrow><mrow><mo>′</mo><mn>2</mn></mrow></msubsup>")]
    [InlineData("\\frac12", "<mfrac><mn>1</mn><mn>2</mn></mfrac>")]
    [InlineData("\\sqrt[3]{x}", "<mroot><mrow><mi>x</mi></mrow><mrow><mn>3</mn></mrow></mroot>")]
    [InlineData("\\hat\\epsilon", "<mover accent=\"true\"><mi>ϵ</mi><mo stretchy=\"false\">^</mo></mover>")]
    [InlineData("\\max_x y", "<munder><mo movablelimits=\"true\" form=\"prefix\">max</mo><mrow><mi>x</mi></mrow></munder><mi>y</mi>")]
    [InlineData("\\int\\limits_0", "<munder><mo>∫</mo><mrow><mn>0</mn></mrow></munder>")]
    [InlineData("\\operatorname*{inf}_x", "<munder><mrow><mi mathvariant=\"normal\">inf</mi></mrow><mrow><mi>x</mi></mrow></munder>")]
    [InlineData("\\mathrm{SNR}", "<mrow><mi mathvariant=\"normal\">SNR</mi></mrow>")]
    [InlineData("\\mathbb E", "<mi mathvariant=\"normal\">𝔼</mi>")]
    [InlineData("\\mathcal{NB}", "<mrow><mi mathvariant=\"normal\">𝒩</mi><mi mathvariant=\"normal\">ℬ</mi></mrow>")]
    [InlineData("\\mathbf x", "<mi mathvariant=\"normal\">𝐱</mi>")]
    [InlineData("\\boldsymbol{\\mu}", "<mrow><mi>𝝁</mi></mrow>")]
    [InlineData("\\text{if } t", "<mtext>if\u00a0</mtext><mi>t</mi>")]
    [InlineData("\\left. x \\right\\rangle", "<mrow><mrow></mrow><mi>x</mi><mo stretchy=\"true\" lspace=\"0\" rspace=\"0\">⟩</mo></mrow>")]
    [InlineData("a < b", "<mi>a</mi><mo>&lt;</mo><mi>b</mi>")]
    [InlineData("x \\rightarrow y", "<mi>x</mi><mo>→</mo><mi>y</mi>")]
    public void Commands_become_the_elements_that_MathML_has_for_them(string tex, string expected)
    {
        var math = XElement.Parse(MathMl.Convert(tex, display: false));

        var row = Assert.Single(math.Elements());
        var xml = row.ToString(SaveOptions.DisableFormatting);
        Assert.Equal($"<mrow>{expected}</mrow>", Regex.Replace(xml, " xmlns=\"[^\"]*\"| (?=/>)", ""));
    }

    [Theory]
    [InlineData("a &= b \\\\ &= c", 2, 2)]
    [InlineData("a \\\\[4pt] b \\\\", 2, 1)]
    [InlineData("\\begin{aligned} a &= b \\\\\n &= c \\end{aligned}", 2, 2)]
    [InlineData("\\begin{pmatrix} 1 & 0 & 0 \\\\ 0 & 1 & 0 \\end{pmatrix} \\ne A", 2, 3)]
    [InlineData("\\begin{array}{cc} 1 & 0 \\\\ 0 & 1 \\end{array}", 2, 2)]
    [InlineData("f(t) = \\begin{cases} 1 & t = 0 \\\\ 0 & \\text{otherwise} \\end{cases}", 2, 2)]
    public void Rows_and_columns_become_a_table(string tex, int rows, int columns)
    {
        var math = AssertMathMl(MathMl.Convert(tex, display: true));

        var table = Assert.Single(math.Descendants(), element => element.Name.LocalName == "mtable");
        Assert.Equal(rows, table.Elements().Count());
        Assert.All(table.Elements(), row => Assert.Equal(columns, row.Elements().Count()));
    }

    [Fact]
    public void A_command_that_is_not_known_shows_its_name_and_the_rest_is_set()
    {
        var math = AssertMathMl(MathMl.Convert("x + \\unheardof{y} < 1", display: true));

        Assert.Equal("\\unheardof", Assert.Single(math.Descendants(), element => element.Attribute("class")?.Value == "tex").Value);
        Assert.Equal("x+\\unheardofy<1", math.Value);
        Assert.Equal("x + \\unheardof{y} < 1", math.Attribute("alttext")!.Value);
    }

    [Fact]
    public void Whatever_stands_between_the_dollar_signs_gives_valid_MathML()
    {
        string[] pieces =
        [
            "x", "12", "0.5", "_", "^", "'", "{", "}", "&", "\\\\", "[", "]", "(", "|", " ", "\n", "<", "\"", "𝔼", "~", "*", "\\",
            "\\{", "\\ ", "\\hat", "\\frac", "\\sqrt", "\\sum", "\\limits", "\\left", "\\right", "\\big", "\\mathrm", "\\mathbf",
            "\\operatorname", "\\text{a b}", "\\text", "\\begin{cases}", "\\end{cases}", "\\begin{x}",
            "\\tag{1}", "\\underbrace", "\\underset", "\\unheardof",
        ];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[0, 25]
            .Sample(parts => { AssertMathMl(MathMl.Convert(string.Concat(parts), display: true)); });
    }

    [Theory]
    [InlineData("{")]
    [InlineData("\\hat ")]
    [InlineData("\\begin{matrix}")]
    [InlineData("\\sqrt[")]
    public void A_formula_nested_without_end_is_cut_off(string open) =>
        AssertMathMl(MathMl.Convert(string.Concat(Enumerable.Repeat(open, 100_000)), display: false));

    [Theory]
    [InlineData("$$a\n+ b$$")]
    [InlineData("$$\na\n+ b\n$$")]
    [InlineData("$$ a\n\n  + b\n$$")]
    [InlineData("Before it\n$$ a\n+ b $$\nand after it.")]
    [InlineData("One line: $$ a + b$$")]
    [InlineData("Before it $$a +\n b$$ and after it.")]
    [InlineData("- a list's item\n\n  $$ a\n  + b $$\n\n- another")]
    [InlineData("1. $$ a\n   + b $$\n2. another")]
    [InlineData("> quoted\n> $$ a\n> + b $$\n> and more")]
    public void A_displayed_formula_may_have_one_line_or_several(string markdown)
    {
        var html = MarkdownHtml.Fragment(markdown);

        var math = AssertMathMl(Regex.Match(html, "(?s)<math .*?</math>").Value);
        Assert.Equal("block", math.Attribute("display")?.Value);
        Assert.Equal("a+b", math.Value);
        Assert.DoesNotContain('$', html);
    }

    [Fact]
    public void Text_after_a_displayed_formula_stays_text()
    {
        var html = MarkdownHtml.Fragment("$$ a\n+ b $$ where *b* is small.");

        Assert.EndsWith("</span>\n<p>where <em>b</em> is small.</p>\n", html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$$ without an end\n\n# Heading")]
    [InlineData("```\necho $$\nkill $$\n```")]
    [InlineData("    echo $$\n    kill $$")]
    public void Dollar_signs_that_enclose_no_formula_stay(string markdown)
    {
        var html = MarkdownHtml.Fragment(markdown);

        Assert.DoesNotContain("<math", html, StringComparison.Ordinal);
        Assert.Contains("$$", html, StringComparison.Ordinal);
    }

    private static XElement AssertMathMl(string xml)
    {
        var math = XElement.Parse(xml, LoadOptions.PreserveWhitespace);
        foreach (var element in math.DescendantsAndSelf())
        {
            Assert.Equal("http://www.w3.org/1998/Math/MathML", element.Name.NamespaceName);
            if (Roles.TryGetValue(element.Name.LocalName, out var children))
            {
                Assert.Equal(children, element.Elements().Count());
            }
        }

        return math;
    }

    private static string Home()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "Diffusion.Notebooks.sln")))
        {
            folder = folder.Parent ?? throw new InvalidOperationException("The tests do not lie in the repository.");
        }

        return folder.FullName;
    }
}
