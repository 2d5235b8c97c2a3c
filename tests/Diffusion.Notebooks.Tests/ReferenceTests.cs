namespace Diffusion.Notebooks.Tests;

public sealed class ReferenceTests : IDisposable
{
    private const string Convention = """
        using System;
        using System.Collections.Generic;
        using System.IO;
        namespace Kit;
        [AttributeUsage(AttributeTargets.Class)]
        internal sealed class TypeFormatterSourceAttribute(Type source) : Attribute
        {
            public Type FormatterSourceType { get; } = source;
            public string[] PreferredMimeTypes { get; set; }
        }
        public sealed class Source { public IEnumerable<object> CreateTypeFormatters() { yield return new One("text/html"); yield return new One("image/png"); } }
        public sealed class One(string mimeType)
        {
            public string MimeType => mimeType;
            public bool Format(object instance, TextWriter writer) { writer.Write(mimeType == "image/png" ? "iVBORw0KGgo=" : "<b>picture</b>"); return true; }
        }
        [TypeFormatterSource(typeof(Source), PreferredMimeTypes = new[] { "image/png", "text/html" })]
        public sealed class Picture { }
        [TypeFormatterSource(typeof(Source))]
        public sealed class Page { }
        public static class Live
        {
            public static int Calls;
            public static object Show(object value) =>
                Type.GetType("Diffusion.Notebooks.NotebookHost, Diffusion.Notebooks")?.GetMethod("Display", [typeof(object)])?.Invoke(null, [value]);
            public static void Update(object handle, object value) =>
                handle.GetType().GetMethod("Update", [typeof(object)]).Invoke(handle, [value]);
        }
        """;

    private readonly Workspace work = new();

    public void Dispose() => work.Dispose();

    private static Task<CellFailure?> RunAsync(Notebook notebook) =>
        NotebookRunner.RunAsync(notebook, Workspace.Limit, null, TestContext.Current.CancellationToken);

    [Fact]
    public async Task A_dll_relative_to_the_notebook_brings_its_neighbours_and_its_formatters()
    {
        var below = work.WriteLibrary("kit/Below.dll", "namespace Below; public static class Deep { public static int Answer => 42; }");
        work.WriteLibrary("kit/Kit.dll", Convention + "\npublic static class Up { public static int Answer => Below.Deep.Answer; }", below);
        var notebook = Notebook.Load(work.WriteNotebook(
            "notes/notebook.ipynb",
            Workspace.Code("#r \"../kit/Kit.dll\"\nusing Kit;\nConsole.Write(Up.Answer);"),
            Workspace.Code("new Picture()"),
            Workspace.Code("new Page()"),
            Workspace.Code("#r \"../kit/Below.dll\"\nConsole.Write(object.ReferenceEquals(typeof(Below.Deep).Assembly, AppDomain.CurrentDomain.GetAssemblies().Single(a => a.GetName().Name == \"Below\")));")));

        Assert.Null(await RunAsync(notebook));

        Assert.Equal("42", OutputText.Of(notebook.Cells[0].Outputs[0]));
        Assert.Equal("iVBORw0KGgo=", OutputText.Of(notebook.Cells[1].Outputs[0], "image/png"));
        Assert.Equal("<b>picture</b>", OutputText.Of(notebook.Cells[1].Outputs[0], "text/html"));
        Assert.Equal("<b>picture</b>", OutputText.Of(notebook.Cells[2].Outputs[0], "text/html"));
        Assert.Equal("True", OutputText.Of(notebook.Cells[3].Outputs[0]));
    }

    [Fact]
    public async Task A_library_shows_and_updates_through_the_hook_by_reflection()
    {
        work.WriteLibrary("Kit.dll", Convention);
        var notebook = work.LoadNotebook(
            "#r \"Kit.dll\"\nvar handle = Kit.Live.Show(\"first\");\nfor (var i = 0; i < 5; i++) Kit.Live.Update(handle, new Kit.Picture());");

        Assert.Null(await RunAsync(notebook));

        Assert.Equal("iVBORw0KGgo=", OutputText.Of(Assert.Single(notebook.Cells[0].Outputs), "image/png"));
    }

    [Fact]
    public async Task A_missing_dll_is_an_error_with_its_name()
    {
        var failure = await RunAsync(work.LoadNotebook("var a = 1;", "#r \"../nowhere/Missing.dll\"\n1"));

        Assert.Equal((2, 1, "CompilationError"), (failure!.Cell, failure.Line, failure.Name));
        Assert.Contains("../nowhere/Missing.dll", failure.Message, StringComparison.Ordinal);
    }
}
