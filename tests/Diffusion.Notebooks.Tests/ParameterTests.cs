using System.Text.Json.Nodes;

namespace Diffusion.Notebooks.Tests;

public sealed class ParameterTests : IDisposable
{
    private const string Declarations =
        "int T = 1000; var eta = 0.5;\nstring stride = \"full\"; var label = \"x\"; float f = 1; decimal m = 1; bool? flag = null; const long big = 1; var list = new List<int>();";

    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    private Notebook Load(params JsonObject[] cells) => Notebook.Load(work.WriteNotebook("p.ipynb", cells));

    private static void Inject(Notebook notebook, params (string Name, string Value)[] values) =>
        NotebookParameters.Inject(notebook, values.Select(value => KeyValuePair.Create(value.Name, value.Value)));

    [Theory]
    [InlineData("T", "10", "int T = 10;")]
    [InlineData("T", "-1", "int T = -1;")]
    [InlineData("T", "0x1F", "int T = 0x1F;")]
    [InlineData("eta", "1", "double eta = 1;")]
    [InlineData("eta", "1e-3", "double eta = 1e-3;")]
    [InlineData("f", "0.25", "float f = (float)(0.25);")]
    [InlineData("m", "0.25", "decimal m = (decimal)(0.25);")]
    [InlineData("big", "99999999999", "long big = 99999999999;")]
    [InlineData("flag", "true", "bool? flag = true;")]
    [InlineData("flag", "null", "bool? flag = null;")]
    [InlineData("stride", "10,15,20", "string stride = \"10,15,20\";")]
    [InlineData("stride", "10", "string stride = \"10\";")]
    [InlineData("label", "a \"b\" \\ c", "string label = \"a \\\"b\\\" \\\\ c\";")]
    [InlineData("label", "", "string label = \"\";")]
    [InlineData("label", "\"quoted\"", "string label = \"quoted\";")]
    [InlineData("list", "3", "var list = 3;")]
    [InlineData("list", "3 + 4", "var list = \"3 + 4\";")]
    public void A_value_becomes_a_declaration_of_the_parameters_own_type(string name, string value, string expected)
    {
        var notebook = Load(Workspace.Markdown("# P"), Workspace.Code(Declarations, "parameters"), Workspace.Code("T"));

        Inject(notebook, (name, value));

        Assert.Equal("// Parameters\n" + expected, notebook.Cells[2].Source);
        Assert.True(notebook.Cells[2].HasTag("injected-parameters"));
        Assert.Equal([1, 2, 3, 4], notebook.Cells.Select(cell => cell.Number));
        notebook.Save(work.PathOf("out.ipynb"));
        NotebookSchema.Check(work.PathOf("out.ipynb"));
    }

    [Fact]
    public void An_earlier_injected_cell_is_replaced()
    {
        var notebook = Load(
            Workspace.Code("int T = 1;", "parameters"), Workspace.Code("// Parameters\nint T = 2;", "injected-parameters"), Workspace.Code("T"));

        Inject(notebook, ("T", "3"));

        Assert.Equal(["int T = 1;", "// Parameters\nint T = 3;", "T"], notebook.Cells.Select(cell => cell.Source));
    }

    [Theory]
    [InlineData("T", "abc", "the parameter T is of type int, and the value is abc")]
    [InlineData("T", "0.5", "the parameter T is of type int")]
    [InlineData("T", "null", "the parameter T is of type int")]
    [InlineData("eta", "1; File.Delete(\"x\")", "the parameter eta is of type double")]
    [InlineData("flag", "1", "the parameter flag is of type bool?")]
    [InlineData("steps", "1", "there is no parameter steps; the cell tagged \"parameters\" declares T, eta, stride")]
    public void A_value_that_does_not_fit_is_refused_in_one_line(string name, string value, string expected)
    {
        var notebook = Load(Workspace.Code(Declarations, "parameters"));

        var e = Assert.Throws<NotebookFormatException>(() => Inject(notebook, (name, value)));

        Assert.StartsWith("p.ipynb: " + expected, e.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', e.Message);
        Assert.Single(notebook.Cells);
    }

    [Fact]
    public void A_notebook_without_a_tagged_cell_takes_no_parameters()
    {
        var e = Assert.Throws<NotebookFormatException>(() => Inject(Load(Workspace.Code("1")), ("T", "1")));

        Assert.Contains("no C# cell is tagged \"parameters\"", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("T", true)]
    [InlineData("x_1", true)]
    [InlineData("1T", false)]
    [InlineData("a b", false)]
    [InlineData("class", false)]
    [InlineData("", false)]
    public void A_name_is_a_csharp_identifier(string name, bool expected) => Assert.Equal(expected, NotebookParameters.IsName(name));

    [Fact]
    public async Task The_cells_see_the_new_values()
    {
        var notebook = Load(Workspace.Code(Declarations, "parameters"), Workspace.Code("Console.Write($\"{T} {stride} {eta / 2} {f} {m} {flag}\");"));
        Inject(notebook, ("T", "10"), ("stride", "ddim50"), ("eta", "1"), ("f", "0.25"), ("m", "0.1"), ("flag", "true"));

        Assert.Null(await NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken));

        Assert.Equal("10 ddim50 0.5 0.25 0.1 True", OutputText.Of(Assert.Single(notebook.Cells[2].Outputs)));
    }
}
