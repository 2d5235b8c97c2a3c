using System.Text.Json.Nodes;
using AngleSharp.Dom;
using AngleSharp.Html.Parser;
using CsCheck;

namespace Diffusion.Notebooks.Tests;

public sealed class SafeMarkdownTests : IDisposable
{
    private static readonly string[] Active =
        ["SCRIPT", "STYLE", "SVG", "IFRAME", "OBJECT", "EMBED", "META", "LINK", "BASE", "FORM", "BUTTON", "TEXTAREA", "TITLE", "TEMPLATE", "NOSCRIPT"];

    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Theory]
    [InlineData("<details open><summary>S</summary>\n\n*a*\n\n</details>", "<details open=\"\"><summary>S</summary>\n<p><em>a</em></p>\n</details>")]
    [InlineData("H<sub>2</sub>O <kbd>K</kbd> <b>b</b>", "<p>H<sub>2</sub>O <kbd>K</kbd> <b>b</b></p>")]
    [InlineData("<table><tr><td colspan=\"2\" align=\"center\">x</td></tr></table>", "<table><tbody><tr><td colspan=\"2\" align=\"center\">x</td></tr></tbody></table>")]
    [InlineData("|a|\n|:-:|\n|1|", "<td style=\"text-align: center\">1</td>")]
    [InlineData("- [x] done", "<input disabled=\"disabled\" type=\"checkbox\" checked=\"checked\">")]
    [InlineData("<a id=\"My Place\"></a>[to](#My-Place)", "<a id=\"my-place\"></a><a href=\"#my-place\">to</a>")]
    [InlineData("[x](https://a.example/b?c=d&e=f)", "<a href=\"https://a.example/b?c=d&amp;e=f\">x</a>")]
    [InlineData("```csharp\nvar x = 1;\n```", "<span class=\"k\">var</span>")]
    [InlineData("std::vector<int> is kept", "std::vector is kept")]
    [InlineData("<img src=\"attachment:a b.png\" width=\"9\" onerror=\"x()\">", "<img src=\"data:image/png;base64,AAAA\" width=\"9\">")]
    [InlineData("![b](attachment:a%20b.png)", "<img src=\"data:image/png;base64,AAAA\" alt=\"b\">")]
    [InlineData("<img src=\"p.png\"><a href='p.png'>p</a>", "<img src=\"data:image/png;base64,AQID\"><a href=\"../p.png\">p</a>")]
    [InlineData("![far](https://a.example/p.png)", "<a href=\"https://a.example/p.png\">far</a>")]
    [InlineData("[x](javascript:alert(1)) <a href=\"JaVa&#x09;ScRiPt:x\">y</a> [z](data:text/html,x)", "<p>x y z</p>")]
    [InlineData("a <script>x()</script><style>*{}</style><svg onload=x()><text>t</text></svg> b", "<p>a  b</p>")]
    public void What_shows_something_stays_and_what_runs_goes(string text, string expected)
    {
        File.WriteAllBytes(work.PathOf("p.png"), [1, 2, 3]);
        Assert.Contains(expected, Page(text), StringComparison.Ordinal);
    }

    [Fact]
    public void Formulas_come_out_as_they_were_made()
    {
        const string Tex = @"\begin{pmatrix} a & \mathrm{b} \\ \widehat{x} & \sqrt[3]{y} \end{pmatrix} \underbrace{z}_{t} \sum_{i<1} \text{a b} \binom{n}{k} \bigl( \dfrac12 \foo";
        var made = MathMl.Convert(Tex, display: true).Replace("\"/>", "\"></mspace>", StringComparison.Ordinal);

        Assert.Contains(Parsed(made).InnerHtml, Parsed(Page($"$$\n{Tex}\n$$")).InnerHtml, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_that_runs_comes_out_of_pieces_put_together_at_random()
    {
        string[] pieces =
        [
            "<script>x()</script>", "<img src=x onerror=x()>", "<svg onload=x()>", "</svg>", "<math>", "</math>", "<mtext>", "<mglyph>", "<style>", "</style>", "<!--", "-->",
            "<![CDATA[", "]]>", "<table>", "<td style=\"position:fixed;color:red\">", "<a href=\"javascript:x()\">", "</a>", "[a](vbscript:x)", "![b](data:text/html,x)",
            "<a href='java\tscript:x()'>", "<iframe srcdoc=\"<script>x()</script>\">", "<meta http-equiv=refresh content=0>", "<form action=x><button formaction=javascript:x>",
            "<noscript>", "</noscript>", "<title>", "</title>", "<textarea>", "<template>", "<select>", "<p title=\"", "\">", "'>", "<b id=x name=y class=skip>", "`", "$", "$\\text{<b>}$",
            "# ", "\n\n", "- [ ] ", "|a|b|\n|-|-|\n|", "[^1]", "\n[^1]: ", "&lt;script&gt;", "<xmp>", "<plaintext>", "<annotation-xml encoding=text/html>", "<base href=//x>", "<object data=x>",
        ];
        Gen.Int[0, pieces.Length - 1].Select(i => pieces[i]).Array[1, 14].Select(string.Concat).Sample(
            text =>
            {
                foreach (var element in Parsed(Page(text) + MarkdownHtml.Inline(text)).QuerySelectorAll("*"))
                {
                    Assert.DoesNotContain(element.LocalName.ToUpperInvariant(), Active);
                    Assert.DoesNotContain(element.Attributes, attribute => attribute.Name.StartsWith("on", StringComparison.OrdinalIgnoreCase) || attribute.Name is "name" or "srcdoc" or "action");
                    Assert.DoesNotContain("position", element.GetAttribute("style") ?? "", StringComparison.Ordinal);
                    Assert.NotEqual("skip", element.ClassName);
                    Assert.True(element.GetAttribute("href") is null || element.GetAttribute("href")!.StartsWith('#'), element.GetAttribute("href"));
                    Assert.True(element.GetAttribute("src") is null, element.GetAttribute("src"));
                }
            },
            iter: 3000,
            print: text => text);
    }

    [Fact]
    public void A_summary_is_whole_sentences()
    {
        Assert.Equal("A stride picks <em>K</em> steps. Even, trailing: those are rules.", Summary("# T\n\nA stride picks *K* steps.[^1] Even, [trailing](x): those are rules. You will\n\n- a\n\n[^1]: n"));
        Assert.Equal("Is it (Song et al. 2021, eq. 12)? Yes.", Summary("You will\n\n- a\n\nIs it (Song et al. 2021, eq. 12)? Yes. From *x* to $\\frac{1}{2}$:"));
        Assert.Equal("", Summary("You will"));
    }

    private string Summary(string text) => MarkdownHtml.Summary(Notebook.Load(work.WriteNotebook("n.ipynb", Workspace.Markdown(text))));

    private string Page(string text)
    {
        var cell = Workspace.Markdown(text);
        cell["attachments"] = new JsonObject { ["a b.png"] = new JsonObject { ["image/png"] = "AAAA" } };
        var notebook = Notebook.Load(work.WriteNotebook($"{Environment.CurrentManagedThreadId}.ipynb", cell));
        return new MarkdownHtml(new LinkTargets(work.Folder, work.PathOf("book"), new Dictionary<string, string>())).Cell(notebook.Cells[0]);
    }

    private static IElement Parsed(string html) => new HtmlParser().ParseDocument(html).Body!;
}
