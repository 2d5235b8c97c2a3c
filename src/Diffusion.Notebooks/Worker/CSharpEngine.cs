using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Notebooks;

/// <summary>C# cells on Roslyn scripting, with the references, the usings and the language version of .NET Interactive's kernel.</summary>
internal sealed class CSharpEngine : IDisposable
{
    private readonly CellOutput output;
    private readonly InteractiveAssemblyLoader loader = new();
    private readonly PackageSet packages;
    private readonly ScriptOptions options;
    private readonly Dictionary<string, string> sources = new(StringComparer.Ordinal);
    private ScriptState<object>? state;
    private bool hasStartedKit;

    public CSharpEngine(string folder, CellOutput output)
    {
        this.output = output;
        packages = new PackageSet(folder, loader, text => output.Display(text, "text/plain"));
        Assembly[] own = [typeof(CellFunctions).Assembly, typeof(Formatter).Assembly, typeof(IHtmlContent).Assembly];
        foreach (var assembly in own)
        {
            // Otherwise a cell would get a second copy of this very assembly in a load context of its own.
            loader.RegisterDependency(assembly);
        }

        options = ScriptOptions.Default
            .WithLanguageVersion(LanguageVersion.CSharp14)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8)
            .WithMetadataResolver(new CellReferences(folder, packages))
            .WithSourceResolver(new CellSources(folder))
            // All of the shared framework, as in .NET Interactive; Roslyn's default is a part of it without System.Text.Json.
            .WithReferences(FrameworkAssemblies.Paths.Select(path => MetadataReference.CreateFromFile(path)))
            .AddReferences(own)
            .WithImports(
                "System",
                "System.Text",
                "System.Collections",
                "System.Collections.Generic",
                "System.Threading.Tasks",
                "System.Linq",
                typeof(CellFunctions).FullName!);
        Folder = folder;
    }

    private string Folder { get; }

    public void Dispose() => loader.Dispose();

    /// <summary>Executes a cell and shows the values of last expressions.</summary>
    /// <returns>What went wrong, or <see langword="null"/>.</returns>
    public Task<CellError?> RunAsync(int cell, string source) =>
        // A full path, as the compiler makes one of any name: errors are found again by it.
        RunAsync(Path.Combine(Folder, CellError.FileName(cell)), Folder, source, importing: []);

    private async Task<CellError?> RunAsync(string file, string folder, string source, IReadOnlyList<string> importing)
    {
        sources[file] = source.ReplaceLineEndings("\n");
        var parts = CellPart.Split(source);
        // Before anything of the cell runs, as in .NET Interactive.
        if (parts.FirstOrDefault(part => part.Command is not (null or CellPart.Import)) is { } other)
        {
            var message = $"#!{other.Command}: this runner takes C#, #!csharp and #!import; "
                + "whatever else .NET Interactive takes runs with --engine dotnet-interactive.";
            return CellError.At(file, other.Line, "NotSupported", message);
        }

        foreach (var part in parts)
        {
            var error = part.Command is null
                ? await RunAsync(file, part).ConfigureAwait(false)
                : await ImportAsync(file, folder, part, importing).ConfigureAwait(false);
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private async Task<CellError?> ImportAsync(string file, string folder, CellPart part, IReadOnlyList<string> importing)
    {
        var name = part.Text.Trim('"');
        if (ImportedFile.Find(name, folder, Folder) is not { } path)
        {
            return CellError.At(file, part.Line, typeof(FileNotFoundException).FullName!, $"#!import {name}: there is no such file in {Folder}.");
        }

        if (importing.Contains(path))
        {
            return CellError.At(file, part.Line, "ImportError", $"#!import {name}: the file imports itself.");
        }

        try
        {
            importing = [.. importing, path];
            var (cells, from) = (ImportedFile.Scripts(path), Path.GetDirectoryName(path)!);
            foreach (var (script, source) in cells)
            {
                if (await RunAsync(Path.Combine(from, script), from, source, importing).ConfigureAwait(false) is { } error)
                {
                    return error.ImportedAt(file, part.Line);
                }
            }

            return null;
        }
        catch (Exception e) when (e is NotebookFormatException or IOException or UnauthorizedAccessException)
        {
            return CellError.At(file, part.Line, e.GetType().FullName!, e.Message);
        }
    }

    private async Task<CellError?> RunAsync(string file, CellPart part)
    {
        try
        {
            packages.Add(part.Packages);
        }
        catch (PackageException e)
        {
            return CellError.At(file, part.Packages.First(directive => !directive.IsSource).Line, "PackageError", e.Message);
        }

        if (part.Text.Length == 0)
        {
            return null;
        }

        var options = this.options.WithFilePath(file).AddReferences(packages.References);
        try
        {
            var script = this.state is null
                ? CSharpScript.Create<object>(part.Text, options, assemblyLoader: loader)
                : this.state.Script.ContinueWith<object>(part.Text, options);
            // Resolves what the cell's own #r name; running it does not compile it again.
            script.Compile();
            await StartKitAsync().ConfigureAwait(false);
            Exception? thrown = null;
            var state = this.state is null
                ? await script.RunAsync(globals: null, e => Keep(e, out thrown)).ConfigureAwait(false)
                : await script.RunFromAsync(this.state, e => Keep(e, out thrown)).ConfigureAwait(false);
            // A cell that threw keeps what it had declared, as in a host.
            this.state = state;
            if (thrown is not null)
            {
                return CellError.Thrown(file, sources, thrown);
            }

            if (HasSubmissionResult(script.GetCompilation()))
            {
                output.Result(state.ReturnValue);
            }

            return null;
        }
        catch (CompilationErrorException e)
        {
            return CellError.Compilation(file, sources, e.Diagnostics);
        }
        catch (PackageException e)
        {
            return CellError.At(file, null, "PackageError", e.Message);
        }
#pragma warning disable CA1031 // Whatever resolving a reference or formatting a value throws belongs to the cell.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return CellError.Thrown(file, sources, e);
        }
    }

    // Before a cell's own chart, which may come before any figure: the kit says how charts are shown and which FSharp.Core they get.
    private async Task StartKitAsync()
    {
        if (!hasStartedKit && Helpers.KitOf(packages.Find) is { } kit)
        {
            hasStartedKit = true;
            // Through the loader of cells, so that their references give this very copy.
            var script = CSharpScript.Create<Assembly>(
                "typeof(Diffusion.Plots.Figure).Assembly", options.AddReferences(MetadataReference.CreateFromFile(kit)), assemblyLoader: loader);
            Helpers.Start((await script.RunAsync().ConfigureAwait(false)).ReturnValue);
        }
    }

    // What .NET Interactive asks too; Roslyn does not publish it.
    [UnsafeAccessor(UnsafeAccessorKind.Method)]
    private static extern bool HasSubmissionResult(Compilation compilation);

    private static bool Keep(Exception e, out Exception kept)
    {
        kept = e;
        return true;
    }
}
