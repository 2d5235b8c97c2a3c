using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public sealed class BookVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("diffusion-book-").FullName;

    [Fact]
    public async Task A_failing_notebook_shows_where_and_the_others_are_written_and_only_what_changed_runs_again()
    {
        // A file that a cell names whole would be one of its inputs.
        Write("a.ipynb", "# First\n\nSee [the other](b.ipynb).",
            "System.IO.File.AppendAllText(string.Concat(\"a.\", \"runs\"), \"x\"); \"made \" + 6 * 7");
        Write("b.ipynb", "# Second", "1 + 1", "throw new InvalidOperationException(\"on purpose\");");
        Write("c.ipynb", "# Third", "System.IO.File.AppendAllText(string.Concat(\"c.\", \"runs\"), \"x\"); \"here\"");

        var (exitCode, output, error) = await Book();
        Assert.True(exitCode == 1, output + error);
        Assert.Contains("made 42", Page("a"), StringComparison.Ordinal);
        Assert.Contains("href=\"b.html\"", Page("a"), StringComparison.Ordinal);
        Assert.Contains("on purpose", Page("b"), StringComparison.Ordinal);
        Assert.Contains("here", Page("c"), StringComparison.Ordinal);
        Assert.All(["First", "Second", "Third"], title => Assert.Contains(title, Page("index"), StringComparison.Ordinal));

        Assert.Equal((1, "x", "x"), await BookAndRuns());
        Write("c.ipynb", "# Third", "System.IO.File.AppendAllText(string.Concat(\"c.\", \"runs\"), \"x\"); \"there\"");
        Write("b.ipynb", "# Second", "1 + 1");
        Assert.Equal((0, "x", "xx"), await BookAndRuns());
        Assert.Contains("there", Page("c"), StringComparison.Ordinal);
        Assert.DoesNotContain("on purpose", Page("b"), StringComparison.Ordinal);
        Assert.Equal((0, "x", "xx"), await BookAndRuns());
        Assert.Equal((0, "xx", "xxx"), await BookAndRuns("--all"));
        Assert.Contains("made 42", Page("a"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_notebook_that_cannot_be_read_says_so_on_its_own_page_and_the_others_are_written()
    {
        Write("a.ipynb", "# First");
        File.WriteAllText(Path.Combine(folder, "in", "broken.ipynb"), "{\"nbformat\":4,");
        File.WriteAllText(Path.Combine(folder, "in", "deep.ipynb"), new string('[', 1000));
        File.WriteAllText(Path.Combine(folder, "in", "empty.ipynb"), "");

        var (exitCode, output, error) = await Book();

        Assert.True(exitCode == 1, output + error);
        Assert.Contains("First", Page("a"), StringComparison.Ordinal);
        Assert.Contains("broken.ipynb: not JSON (line 1", Page("broken"), StringComparison.Ordinal);
        Assert.Contains("deep.ipynb: nested more than 256 deep", Page("deep"), StringComparison.Ordinal);
        Assert.Contains("empty.ipynb: the file is empty", Page("empty"), StringComparison.Ordinal);
        Assert.All(["First", "not JSON", "256 deep", "is empty"], text => Assert.Contains(text, Page("index"), StringComparison.Ordinal));
        Assert.DoesNotContain(folder, Page("broken"), StringComparison.Ordinal);
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private Task<(int ExitCode, string Output, string Error)> Book(params string[] more) =>
        Ddm.RunAsync(["book", Path.Combine(folder, "in"), "-o", Path.Combine(folder, "book"), .. more]);

    private async Task<(int ExitCode, string A, string C)> BookAndRuns(params string[] more)
    {
        var (exitCode, _, _) = await Book(more);
        return (exitCode, File.ReadAllText(Path.Combine(folder, "in", "a.runs")), File.ReadAllText(Path.Combine(folder, "in", "c.runs")));
    }

    private string Page(string name) => File.ReadAllText(Path.Combine(folder, "book", name + ".html"));

    private void Write(string name, string text, params string[] cells)
    {
        static JsonObject Cell(string type, string source, int i) => new()
        {
            ["cell_type"] = type,
            ["id"] = $"cell{i}",
            ["metadata"] = new JsonObject(),
            ["source"] = source,
        };
        JsonArray all = [Cell("markdown", text, 0)];
        foreach (string source in cells)
        {
            JsonObject cell = Cell("code", source, all.Count);
            cell["execution_count"] = null;
            cell["outputs"] = new JsonArray();
            all.Add(cell);
        }

        string path = Path.Combine(folder, "in", name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, new JsonObject
        {
            ["cells"] = all,
            ["metadata"] = JsonNode.Parse("""{"kernelspec":{"display_name":".NET (C#)","language":"C#","name":".net-csharp"}}"""),
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString());
    }
}
