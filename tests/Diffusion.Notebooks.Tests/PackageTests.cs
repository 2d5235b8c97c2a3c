namespace Diffusion.Notebooks.Tests;

public sealed class PackageTests : IDisposable
{
    private readonly Workspace work = new();

    // Sources and a package folder of the test's own: no network, and nothing left in the user's folder.
    public PackageTests() => work.WriteText("NuGet.Config", """
        <configuration>
          <config><add key="globalPackagesFolder" value="packages" /></config>
          <packageSources><clear /><add key="nothing" value="empty" /></packageSources>
          <fallbackPackageFolders><clear /></fallbackPackageFolders>
        </configuration>
        """);

    public void Dispose() => work.Dispose();

    private static Task<CellFailure?> RunAsync(Notebook notebook) =>
        NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_source_named_by_a_cell_gives_a_package_and_its_dependencies_and_what_was_chosen_is_remembered()
    {
        Directory.CreateDirectory(work.PathOf("empty"));
        var below = work.WriteLibrary("build/Ddm.Below.dll", "namespace Below; public static class Deep { public static string Name => \"deep\"; }");
        var above = work.WriteLibrary("build/Ddm.Above.dll", "namespace Above; public static class High { public static string Name => \"high above \" + Below.Deep.Name; }", below);
        work.WritePackage("feed", "Ddm.Below", "1.2.0", below);
        work.WritePackage("feed", "Ddm.Above", "2.0.0-beta.1", above, ("Ddm.Below", "1.0.0"));
        string[] cells =
        [
            "Console.Write(\"a \");\n#i nuget:feed\n#r \"nuget: Ddm.Above, 2.0.0-beta.1\"\nConsole.Write(Above.High.Name);",
            "#r \"nuget:Ddm.Above\" // it is there\n#r nuget: Ddm.Above, 2.0.0-beta.1\nusing Above;\n"
                + "Console.Write(High.Name + Below.Deep.Name);",
        ];
        var first = work.LoadNotebook(cells);
        Assert.Null(await RunAsync(first));
        Directory.Delete(work.PathOf("feed"), recursive: true);
        var second = work.LoadNotebook(cells);
        Assert.Null(await RunAsync(second));

        foreach (var notebook in new[] { first, second })
        {
            Assert.Equal(["a high above deep", "high above deepdeep"], notebook.Cells.Select(cell => OutputText.Of(Assert.Single(cell.Outputs))));
        }
    }

    [Fact]
    public async Task A_missing_package_is_an_error_of_one_line()
    {
        Directory.CreateDirectory(work.PathOf("empty"));
        var notebook = Notebook.Load(work.WriteNotebook(
            "notebook.ipynb",
            Workspace.Code("#r \"nuget: \"", "raises-exception"),
            Workspace.Code("var a = 1;\n#r \"nuget: Ddm.No.Such.Package, 1.0.0\"\n1")));

        var failure = await RunAsync(notebook);

        Assert.Contains("takes \"nuget: Name\" or \"nuget: Name, version\"", OutputText.Of(Assert.Single(notebook.Cells[0].Outputs)), StringComparison.Ordinal);
        Assert.Equal((2, 2, "PackageError"), (failure!.Cell, failure.Line, failure.Name));
        Assert.StartsWith("Ddm.No.Such.Package 1.0.0 cannot be had: ", failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', failure.Message);
    }

    [Fact]
    public async Task What_lies_in_the_package_folder_needs_no_source_and_what_plugs_into_a_host_is_the_hosts()
    {
        // The configured source does not exist: asking it would fail.
        var notebook = Notebook.Load(work.WriteNotebook(
            "notebook.ipynb",
            Workspace.Code("#i \"nuget:https://nowhere.invalid/index.json\"\n#r \"nuget: Microsoft.DotNet.Interactive.CSharp, *-*\""),
            Workspace.Code("#r \"nuget: CsCheck\"\n#r \"nuget: Markdig, 1.6.0\"\nConsole.Write(Markdig.Markdown.ToHtml(\"*a*\") + typeof(CsCheck.Gen).Assembly.GetName().Name);"),
            Workspace.Code("#r \"nuget: Markdig, 0.1.0\"", "raises-exception")));

        Assert.Null(await RunAsync(notebook));

        Assert.Contains("the host provides it", OutputText.Of(Assert.Single(notebook.Cells[0].Outputs), "text/plain"), StringComparison.Ordinal);
        Assert.Equal("<p><em>a</em></p>\nCsCheck", OutputText.Of(Assert.Single(notebook.Cells[1].Outputs)));
        Assert.Contains("has loaded Markdig 1.6.0 already", OutputText.Of(Assert.Single(notebook.Cells[2].Outputs)), StringComparison.Ordinal);
    }
}
