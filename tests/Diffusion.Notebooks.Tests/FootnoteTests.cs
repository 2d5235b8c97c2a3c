using System.Text.RegularExpressions;

namespace Diffusion.Notebooks.Tests;

public sealed class FootnoteTests : IDisposable
{
    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    [Fact]
    public void Every_cells_note_and_the_places_that_name_it_link_to_each_other()
    {
        const string Text = "One[^a] and again[^a], two[^b].\n\n[^a]: The first note.\n[^b]: The second note.";
        var notebook = Notebook.Load(work.WriteNotebook("notes.ipynb", Workspace.Markdown(Text), Workspace.Markdown(Text)));
        var markdown = new MarkdownHtml(new LinkTargets(work.Folder, work.Folder, new Dictionary<string, string>()));

        var page = string.Concat(notebook.Cells.Select(markdown.Cell));

        var places = Regex.Matches(page, "<a id=\"(?<id>[^\"]+)\" href=\"#(?<to>[^\"]+)\" class=\"footnote-ref\">");
        Assert.Equal(6, places.Count);
        Assert.Equal(4, places.Select(place => place.Groups["to"].Value).Distinct().Count());
        foreach (var place in places.Cast<Match>())
        {
            var note = Assert.Single(Regex.Matches(page, $"(?s)<li id=\"{Regex.Escape(place.Groups["to"].Value)}\">.*?</li>"));
            Assert.Contains($"href=\"#{place.Groups["id"].Value}\"", note.Value, StringComparison.Ordinal);
        }
    }
}
