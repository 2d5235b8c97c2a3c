using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

public sealed class DocumentTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public void A_missing_file_is_named()
    {
        var e = Assert.Throws<FileNotFoundException>(() => Notebook.Load(work.PathOf("none.ipynb")));
        Assert.Contains("none.ipynb", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{ not json", "not JSON (line 1")]
    [InlineData("{\"nbformat\":4,\"cells\":[", "not JSON (line 1")]
    [InlineData("[]", "not an object")]
    [InlineData("{}", "nbformat")]
    [InlineData("""{"nbformat":3,"nbformat_minor":0,"worksheets":[]}""", "nbformat 3; this program reads nbformat 4")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5}""", "no list \"cells\"")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"cells":[1]}""", "cell 1")]
    [InlineData("""{"nbformat":4,"nbformat_minor":5,"cells":[{"cell_type":"code","source":[1]}]}""", "cell 1")]
    public void What_is_no_notebook_is_refused_in_one_line(string text, string expected)
    {
        var path = work.WriteText("bad.ipynb", text);

        var e = Assert.Throws<NotebookFormatException>(() => Notebook.Load(path));

        Assert.Contains("bad.ipynb", e.Message, StringComparison.Ordinal);
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
    }

    [Fact]
    public void What_is_not_understood_is_kept_and_nbformat_becomes_4_5()
    {
        const string Text = """
            {"metadata":{"mine":{"a":[1,2.50,null]},"kernelspec":{"name":".net-csharp","language":"C#","display_name":"x"}},
             "nbformat":4,"nbformat_minor":2,"extra":"kept",
             "cells":[{"cell_type":"markdown","attachments":{"p.png":{"image/png":"AAAA"}},"metadata":{"k":1},"source":["# T & ü\n","x"]},
                      {"cell_type":"raw","metadata":{},"source":"raw"},
                      {"cell_type":"code","metadata":{"collapsed":true},"source":"1","outputs":[],"execution_count":null}]}
            """;
        var notebook = Notebook.Load(work.WriteText("old.ipynb", Text));
        notebook.Save(work.PathOf("new.ipynb"));

        var expected = JsonNode.Parse(Text)!;
        expected["nbformat_minor"] = 5;
        for (var i = 0; i < 3; i++)
        {
            expected["cells"]![i]!["id"] = $"cell-{i + 1}";
        }

        var written = File.ReadAllText(work.PathOf("new.ipynb"));
        Assert.True(JsonNode.DeepEquals(expected, JsonNode.Parse(written)));
        Assert.Contains("# T & ü", written, StringComparison.Ordinal);
        Assert.Contains("2.50", written, StringComparison.Ordinal);
        Assert.Equal("T & ü", notebook.Title);
    }
}
