using System.Text.Json.Nodes;

namespace Diffusion.Cli.Tests;

public sealed class BookVerbTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("diffusion-book-").FullName;

    [Fact]
    public async Task A_failing_notebook_shows_where_and_the_others_are_written_and_only_what_changed_runs_again()
    {
        // A file that a cell names whole would be one of its inputs.
        Write("a.ipynb", "# First\n\nSee [the other](b.ipynb).", "File.AppendAllText(string.Concat(\"a.\", \"runs\"), \"x\"); \"made \" + 6 * 7");
        Write("b.ipynb", "# Second", "1 + 1", "throw new InvalidOperationException(\"on purpose\");");
        Write("c.ipynb", "# Third", "File.AppendAllText(string.Concat(\"c.\", \"runs\"), \"x\"); \"here\"");

        var (exitCode, output, error) = await Book();
        Assert.True(exitCode == 1, output + error);
        Assert.Contains("made 42", Page("a"), StringComparison.Ordinal);
        Assert.Contains("href=\"b.html\"", Page("a"), StringComparison.Ordinal);
        Assert.Contains("on purpose", Page("b"), StringComparison.Ordinal);
        Assert.Contains("here", Page("c"), StringComparison.Ordinal);
        Assert.All(["First", "Second", "Third"], title => Assert.Contains(title, Page("index"), StringComparison.Ordinal));

        Assert.Equal((1, "x", "x"), await BookAndRuns());
        Write("c.ipynb", "# Third", "File.AppendAllText(string.Concat(\"c.\", \"runs\"), \"x\"); \"there\"");
        Write("b.ipynb", "# Second", "1 + 1");
        Assert.Equal((0, "x", "xx"), await BookAndRuns());
        Assert.Contains("there", Page("c"), StringComparison.Ordinal);
        Assert.DoesNotContain("on purpose", Page("b"), StringComparison.Ordinal);
        Assert.Equal((0, "x", "xx"), await BookAndRuns());
        Assert.Equal((0, "xx", "xxx"), await BookAndRuns("--all"));
        Assert.Contains("made 42", Page("a"), StringComparison.Ordinal);
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
            ["metadata"] = new JsonObject { ["kernelspec"] = new JsonObject { ["display_name"] = ".NET (C#)", ["language"] = "C#", ["name"] = ".net-csharp" } },
            ["nbformat"] = 4,
            ["nbformat_minor"] = 5,
        }.ToJsonString());
    }
}
