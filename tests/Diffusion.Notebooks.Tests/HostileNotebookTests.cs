using System.Text.Json;
using System.Text.Json.Nodes;
using CsCheck;
using Diffusion.Tests;

namespace Diffusion.Notebooks.Tests;

/// <summary>Notebooks that are broken, or meant to break the book.</summary>
public sealed class HostileNotebookTests : IDisposable
{
    private const string Seed = """
        {"nbformat":4,"nbformat_minor":5,"metadata":{"kernelspec":{"language":"C#","name":".net-csharp"},"mine":[{"a":"\ud83d\ude00"}]},"cells":[
         {"cell_type":"markdown","id":"a","metadata":{"tags":["x"]},"attachments":{"p.png":{"image/png":["AA","AA"]}},
          "source":["# T $x_t$ `c`\n","\n","First. Then\n\n- ![p](attachment:p.png) [b](b.ipynb#C) <b id='Q'>x</b>[^1]\n\n[^1]: n\n\n|a|b|\n|-|:-:|\n|1|$$x$$|\n\n```csharp\nvar x = 1;\n```"]},
         {"cell_type":"raw","metadata":{},"source":"raw"},
         {"cell_type":"code","execution_count":1,"metadata":{"vscode":{"languageId":"polyglot-notebook"}},"source":"#!fsharp\n1","outputs":[
          {"output_type":"stream","name":"stdout","text":["a\n","b"]},
          {"output_type":"error","ename":"E","evalue":"v","traceback":["l","m"]},
          {"output_type":"display_data","metadata":{"image/png":{"width":3}},"data":{"image/png":"AAAA","text/plain":"p"}},
          {"output_type":"display_data","metadata":{},"data":{"application/json":{"a":[1]},"text/plain":["p"]}},
          {"output_type":"execute_result","execution_count":1,"metadata":{},"data":{"text/markdown":"*m*"}},
          {"output_type":"execute_result","execution_count":1,"metadata":{},"data":{"text/html":["<b>h</b>"],"image/svg+xml":"<svg/>"}},
          {"output_type":"execute_result","execution_count":1,"metadata":{},"data":{"text/latex":"$x$"}}]},
         {"cell_type":"code","metadata":{},"source":"var y = $\"{1 + (2)}\"; // c","outputs":[],"execution_count":null}]}
        """;

    private static readonly string[] Values =
    [
        "null", "1", "-1e999", "true", "\"\"", "[]", "{}", "[[\"a\"],null,3]", "{\"a\":{}}", "\"\\ud800\"", "[\"\\udc00x\\ud83d\"]", "\"\\u0000\"",
        "\"code\"", "\"markdown\"", "\"# <script>x</script>\"", "\"[^1] [](%00) ![](\\u0000.png) ![](data:x)\"", "\"$$\\\\frac{\"", "\"$\\\"{(\"",
        new string('[', 300) + new string(']', 300), $"\"{new string('>', 200)}\"", $"\"{new string('(', 300)}\"", $"\"{new string('[', 200)}\"",
    ];

    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public void A_notebook_changed_anywhere_is_refused_in_one_line_or_is_a_page_and_can_be_saved()
    {
        var paths = Paths(JsonNode.Parse(Seed)!, []).ToArray();
        var place = Gen.Int[0, paths.Length - 1].Select(i => paths[i]);
        var value = Gen.Int[0, Values.Length - 1].Select(i => Values[i]);
        var changed = Gen.Select(place, value).Array[1, 3].Select(Change);
        var cut = Gen.Select(Gen.Int[1, Seed.Length], Gen.Int[0, 20]).Select(at => Seed[..at.Item1] + Seed[Math.Min(Seed.Length, at.Item1 + at.Item2)..]);
        var pages = 0;
        Gen.Frequency((9, changed), (1, cut)).Sample(
            text =>
            {
                var path = work.WriteText($"{Environment.CurrentManagedThreadId}.ipynb", text);
                try
                {
                    var notebook = Notebook.Load(path);
                    var chapter = new BookChapter(notebook, null);
                    var targets = new LinkTargets(work.Folder, work.Folder, new Dictionary<string, string>());
                    _ = new ChapterPage("t", [chapter], 0, targets, plotly: false).Render();
                    _ = IndexPage.Render("t", "", [chapter]);
                    _ = new NotebookInputs().Of(notebook, []);
                    notebook.ClearOutputs();
                    notebook.Save(path);
                    _ = Notebook.Load(path);
                    Interlocked.Increment(ref pages);
                }
                catch (NotebookFormatException e)
                {
                    Assert.DoesNotContain('\n', e.Message);
                }
            },
            iter: Fuzz.Cases(10_000),
            print: text => text);
        Assert.InRange(pages, Fuzz.Cases(3_000), Fuzz.Cases(10_000));
    }

    private static string Change((object[] Path, string Value)[] changes)
    {
        var json = Seed;
        foreach (var ((path, value), i) in changes.Select((change, i) => (change, i)))
        {
            // By a name of its own, and put in as text: what is half a surrogate no JSON library writes.
            var root = JsonNode.Parse(json, documentOptions: new JsonDocumentOptions { MaxDepth = 1000 })!;
            var parent = path[..^1].Aggregate((JsonNode?)root, At);
            if (parent is JsonObject members && path[^1] is string name)
            {
                members[name] = $"@{i}@";
            }
            else if (parent is JsonArray items && path[^1] is int index && index < items.Count)
            {
                items[index] = $"@{i}@";
            }

            json = root.ToJsonString();
        }

        return changes.Select((change, i) => (change.Value, i)).Aggregate(json, (text, change) => text.Replace($"\"@{change.i}@\"", change.Value, StringComparison.Ordinal));
    }

    private static JsonNode? At(JsonNode? node, object step) => (node, step) switch
    {
        (JsonObject members, string name) => members[name],
        (JsonArray items, int index) when index < items.Count => items[index],
        _ => null,
    };

    private static IEnumerable<object[]> Paths(JsonNode? node, object[] path) => (node switch
    {
        JsonObject members => members.SelectMany(member => Paths(member.Value, [.. path, member.Key])),
        JsonArray items => items.SelectMany((item, i) => Paths(item, [.. path, i])),
        _ => [],
    }).Concat(path.Length > 0 ? [path] : []);

    [Theory]
    [InlineData(">", 1000)]
    [InlineData("[", 1000)]
    [InlineData("![", 50_000)]
    [InlineData("$\\sqrt{", 1000)]
    [InlineData("$a_", 30_000)]
    [InlineData("<div>", 15_000)]
    [InlineData("- ", 2000)]
    [InlineData("1. ", 2000)]
    [InlineData("a ", 60_000)]
    public void Markdown_nested_deep_is_a_page(string piece, int times) =>
        Assert.Contains("end", Page(Workspace.Markdown(string.Concat(Enumerable.Repeat(piece, times)) + "end")), StringComparison.Ordinal);

    [Theory]
    [InlineData("(")]
    [InlineData("[")]
    [InlineData("!")]
    [InlineData("List<")]
    [InlineData("#if A\n")]
    [InlineData("$\"{")]
    [InlineData("a?.b")]
    public void CSharp_nested_deep_is_a_page(string piece) =>
        Assert.Contains("end", Page(Workspace.Code(string.Concat(Enumerable.Repeat(piece, 100_000 / piece.Length)) + "end")), StringComparison.Ordinal);

    [Theory]
    [InlineData("/dev/zero")]
    [InlineData("pipe")]
    [InlineData("link")]
    public void What_has_no_end_is_not_read(string name)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such files.");
        using var made = System.Diagnostics.Process.Start("mkfifo", [work.PathOf("pipe"), work.PathOf("p.csx"), work.PathOf("p.png")]);
        made.WaitForExit();
        File.CreateSymbolicLink(work.PathOf("link"), "/dev/zero");
        var path = Path.Combine(work.Folder, name);

        Assert.Contains("endless", Assert.Throws<NotebookFormatException>(() => Notebook.Load(path)).Message, StringComparison.Ordinal);

        var notebook = Notebook.Load(work.WriteNotebook("n.ipynb", Workspace.Code($"// \"{path}\" \"p.csx\"\n#!import p.csx"), Workspace.Markdown("![x](p.png)")));
        Assert.Equal(3, new NotebookInputs().Of(notebook, []).Count);
        Assert.DoesNotContain("<img", Page(notebook), StringComparison.Ordinal);
    }

    [Fact]
    public void Half_a_surrogate_is_a_replacement_character_and_a_whole_one_stays()
    {
        var notebook = Notebook.Load(work.WriteText("n.ipynb", """
            {"nbformat":4,"nbformat_minor":5,"metadata":{"a\ud800":"\udc00"},"cells":[{"cell_type":"raw","id":"a","metadata":{},"source":"\ud83d\ude00 \\ud800 \ud800\ud83d\ude00 \ud83d"}]}
            """));
        notebook.Save(notebook.Path);

        Assert.Equal("\U0001F600 \\ud800 \ufffd\U0001F600 \ufffd", notebook.Cells[0].Source);
        Assert.Equal("\ufffd", Notebook.Load(notebook.Path).Json["metadata"]!["a\ufffd"]!.GetValue<string>());
    }

    [Fact]
    public async Task A_display_that_is_no_JSON_or_deep_JSON_is_shown_and_saved()
    {
        var notebook = work.LoadNotebook(
            """
            "nan".DisplayAs("application/json");
            (new string('[', 150) + new string(']', 150)).DisplayAs("application/json");
            "[\"\\ud800\"]".DisplayAs("application/json");
            """);

        Assert.Null(await NotebookRunner.RunAsync(notebook, Workspace.Limit, cancellationToken: TestContext.Current.CancellationToken));
        notebook.Save(notebook.Path);

        var outputs = Notebook.Load(notebook.Path).Cells[0].Outputs;
        Assert.Equal("nan", OutputText.Of(outputs[0], "text/plain"));
        Assert.Equal(3, outputs.Count);
        Assert.Contains("nan", Page(notebook), StringComparison.Ordinal);
    }

    private string Page(JsonObject cell) => Page(Notebook.Load(work.WriteNotebook("n.ipynb", cell)));

    private string Page(Notebook notebook)
    {
        HtmlBook.Write(work.PathOf("book"), "t", "", [new BookChapter(notebook, null)]);
        return File.ReadAllText(Path.Combine(work.PathOf("book"), Path.ChangeExtension(Path.GetFileName(notebook.Path), ".html")));
    }
}
