using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

/// <summary><c>ddm export</c>: what stands in the file, and what is refused.</summary>
public sealed class ExportVerbTests : IDisposable
{
    private const string Several = """
        #!markdown
        # Title

        #!csharp
        #r "lib.dll"
        #i "nuget:below"
        #r "nuget: Some.Package, 1.0.0"
        #!import below/more.csx
        var last = 1;

        #!pwsh
        Get-Date

        #!mermaid
        graph LR
        """;

    private readonly string folder = Directory.CreateTempSubdirectory("ddm-export-").FullName;

    public ExportVerbTests()
    {
        Write("below/more.csx", "#!import inner.cs\nvar more = 1;");
        Write("below/inner.cs", "#load \"../name.csx\"\nvar inner = \"#!import none\";");
        Write("name.csx", "");
        Write("lib.dll", "");
        Write("several.dib", Several);
        Write("fsharp.dib", "#!csharp\n1\n\n#!fsharp\nlet one = 1");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task For_ClrKernel_a_first_line_says_the_language_and_what_is_imported_is_cells()
    {
        Assert.Equal((0, "out.ipynb\n", ""), await RunAsync("several.dib", "--engine", "clrkernel", "-o", "out.ipynb"));

        var notebook = JsonNode.Parse(File.ReadAllText(PathOf("out.ipynb")))!;
        Assert.Equal("clrkernel", (string?)notebook["metadata"]!["kernelspec"]!["name"]);
        var cells = notebook["cells"]!.AsArray();
        Assert.Equal(cells.Count, cells.Select(cell => (string?)cell!["id"]).Distinct().Count());
        Assert.All(cells, cell => Assert.Empty(cell!["metadata"]!.AsObject()));
        Assert.Equal(
            [
                "# Title",
                .. CSharp,
                "#!pwsh\nGet-Date",
                "#!mermaid\ngraph LR",
            ],
            cells.Select(cell => cell!["source"] is JsonArray lines ? string.Concat(lines.Select(line => (string?)line)) : (string?)cell["source"]));
    }

    [Fact]
    public async Task For_Verso_every_cell_says_its_type_and_language()
    {
        Assert.Equal(0, (await RunAsync("several.dib", "--engine", "verso", "-o", "out.verso")).ExitCode);

        var notebook = JsonNode.Parse(File.ReadAllText(PathOf("out.verso")))!;
        Assert.Equal(("1.0", "Title"), ((string?)notebook["verso"], (string?)notebook["metadata"]!["title"]));
        Assert.Equal(
            [
                ("markdown", null, "# Title"),
                .. CSharp.Select(source => ("code", (string?)"csharp", source)),
                ("code", "powershell", "Get-Date"),
                ("mermaid", null, "graph LR"),
            ],
            notebook["cells"]!.AsArray().Select(cell => ((string)cell!["type"]!, (string?)cell["language"], (string)cell["source"]!)));
    }

    [Fact]
    public async Task Without_a_place_the_file_goes_beside_the_notebooks_and_equal_notebooks_give_equal_files()
    {
        Write("notebooks/a.ipynb", """
            {"cells":[{"cell_type":"code","id":"a","metadata":{"tags":["parameters"],"polyglot_notebook":{"kernelName":"csharp"}},
            "execution_count":3,"outputs":[{"output_type":"stream","name":"stdout","text":"earlier"}],"source":"display(1);"},
            {"cell_type":"raw","id":"b","metadata":{},"source":"raw"}],"metadata":{"own":1},"nbformat":4,"nbformat_minor":5}
            """);
        foreach (var (engine, file) in new[] { ("clrkernel", "a.ipynb"), ("verso", "a.verso") })
        {
            var place = Path.Combine(folder, "artifacts", "exported", engine, file);
            Assert.Equal((0, place + "\n", ""), await RunAsync("notebooks/a.ipynb", "--engine", engine));
            var first = File.ReadAllText(place);
            await RunAsync("notebooks/a.ipynb", "--engine", engine);
            Assert.Equal(first, File.ReadAllText(place));
            Assert.DoesNotContain("earlier", first, StringComparison.Ordinal);
            Assert.Contains("void display(object value) => value.Display();", first, StringComparison.Ordinal);
        }

        var notebook = JsonNode.Parse(File.ReadAllText(PathOf("artifacts/exported/clrkernel/a.ipynb")))!;
        Assert.Equal(1, (int)notebook["metadata"]!["own"]!);
        Assert.Equal("""[{},{"tags":["parameters"]},{}]""", $"[{string.Join(',', notebook["cells"]!.AsArray().Select(cell => cell!["metadata"]!.ToJsonString()))}]");
    }

    [Theory]
    [InlineData("none.ipynb --engine verso", "none.ipynb", "there is no such notebook")]
    [InlineData("below --engine verso", "below", "there is no such notebook")]
    [InlineData("lib.dll --engine verso", "lib.dll", "empty")]
    [InlineData("name.txt --engine verso", "name.txt", "not JSON")]
    [InlineData("several.dib", "--engine", "required")]
    [InlineData("several.dib --engine jupyter", "--engine", "got jupyter, takes clrkernel or verso")]
    [InlineData("several.dib --engine verso -o out.ipynb", "--output", "a file that ends in .verso")]
    [InlineData("several.dib --engine verso -o below/more.csx/out.verso", "--output", "which is no folder")]
    [InlineData("own.ipynb --engine clrkernel -o below/../own.ipynb", "--output", "the notebook itself")]
    [InlineData("own.ipynb --engine clrkernel -o link.ipynb", "--output", "the notebook itself")]
    [InlineData("fsharp.dib --engine clrkernel -o out.ipynb", "cell 2 is fsharp", "clrkernel does not run")]
    [InlineData("time.dib --engine verso -o out.verso", "cell 1, line 2", "#!time")]
    [InlineData("missing.dib --engine verso -o out.verso", "cell 1, line 1", "none.csx: there is no such file")]
    [InlineData("loop.dib --engine verso -o out.verso", "loop.csx, line 1", "imports itself")]
    public async Task What_cannot_be_exported_is_refused_and_nothing_is_written(string line, string named, string said)
    {
        Write("name.txt", "text");
        Write("own.ipynb", """{"cells":[],"metadata":{},"nbformat":4,"nbformat_minor":5}""");
        File.CreateSymbolicLink(PathOf("link.ipynb"), "own.ipynb");
        Write("time.dib", "#!csharp\nvar a = 1;\n#!time\nvar b = 1;");
        Write("missing.dib", "#!csharp\n#!import none.csx");
        Write("loop.dib", "#!csharp\n#!import loop.csx");
        Write("loop.csx", "#!import loop.csx");
        var before = Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order().ToList();

        Ddm.AssertRefused(await RunAsync(line.Split(' ')), named, said);

        Assert.Equal(before, Directory.GetFileSystemEntries(folder, "*", SearchOption.AllDirectories).Order());
    }

    private string[] CSharp =>
    [
        $"""
        // Written by `ddm export`: the kit is found, and paths are relative to the notebook's folder, on this machine only.
        System.IO.Directory.SetCurrentDirectory(@"{folder}");
        """,
        $"#i \"nuget: {PathOf("below")}\"\n#r \"nuget: Some.Package, 1.0.0\"\n#r \"{PathOf("lib.dll")}\"",
        $"#load \"{PathOf("name.csx")}\"\nvar inner = \"#!import none\";",
        "var more = 1;",
        "var last = 1;",
    ];

    private string PathOf(string name) => Path.Combine(folder, name);

    private void Write(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(name))!);
        File.WriteAllText(PathOf(name), text);
    }

    private Task<(int ExitCode, string Output, string Error)> RunAsync(params string[] line) => Ddm.RunAsync(folder, ["export", .. line]);
}
