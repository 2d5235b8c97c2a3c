using System.Reflection;
using System.Text;
using Microsoft.AspNetCore.Html;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;
using Microsoft.DotNet.Interactive.Formatting;

namespace Diffusion.Notebooks;

/// <summary>C# cells on Roslyn scripting, with the references, the usings and the language version of .NET Interactive's kernel.</summary>
internal sealed class CSharpEngine : IDisposable
{
    private readonly CellOutput _output;
    private readonly InteractiveAssemblyLoader _loader = new();
    private readonly PackageSet _packages;
    private readonly ScriptOptions _options;
    private readonly Dictionary<string, string> _sources = new(StringComparer.Ordinal);
    private ScriptState<object>? _state;

    public CSharpEngine(string folder, CellOutput output)
    {
        _output = output;
        _packages = new PackageSet(folder, _loader, text => output.Display(text, "text/plain"));
        Assembly[] own = [typeof(CellFunctions).Assembly, typeof(Formatter).Assembly, typeof(IHtmlContent).Assembly];
        foreach (var assembly in own)
        {
            // Otherwise a cell would get a second copy of this very assembly in a load context of its own.
            _loader.RegisterDependency(assembly);
        }

        _options = ScriptOptions.Default
            .WithLanguageVersion(LanguageVersion.CSharp14)
            .WithEmitDebugInformation(true)
            .WithFileEncoding(Encoding.UTF8)
            .WithMetadataResolver(new CellReferences(folder, _packages))
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(folder))
            // All of the shared framework, as in .NET Interactive; Roslyn's default is a part of it without System.Text.Json.
            .WithReferences(FrameworkAssemblies.Paths.Select(path => MetadataReference.CreateFromFile(path)))
            .AddReferences(own)
            .WithImports(
                "System",
                "System.IO",
                "System.Text",
                "System.Collections",
                "System.Collections.Generic",
                "System.Threading.Tasks",
                "System.Linq",
                typeof(CellFunctions).FullName!);
        Folder = folder;
    }

    private string Folder { get; }

    public void Dispose() => _loader.Dispose();

    /// <summary>Executes a cell and shows the values of last expressions.</summary>
    /// <returns>What went wrong, or <see langword="null"/>.</returns>
    public Task<CellError?> RunAsync(int cell, string source) =>
        // A full path, as the compiler makes one of any name: errors are found again by it.
        RunAsync(Path.Combine(Folder, CellError.FileName(cell)), Folder, source, importing: []);

    private async Task<CellError?> RunAsync(string file, string folder, string source, IReadOnlyList<string> importing)
    {
        _sources[file] = source.ReplaceLineEndings("\n");
        foreach (var part in CellPart.Split(source))
        {
            var error = part.Language switch
            {
                Languages.CSharp => await RunAsync(file, part).ConfigureAwait(false),
                null => await ImportAsync(file, folder, part, importing).ConfigureAwait(false),
                // A file of cells may hold cells of any language; they are left alone, as the notebook's own are.
                _ when importing.Count > 0 => null,
                { } language => CellError.At(file, part.Line, "NotSupported", $"This runner executes C#, and this part of the cell is {language}."),
            };
            if (error is not null)
            {
                return error;
            }
        }

        return null;
    }

    private async Task<CellError?> ImportAsync(string file, string folder, CellPart part, IReadOnlyList<string> importing)
    {
        // Relative to the file that imports; also to the notebook, as in .NET Interactive.
        var path = new[] { folder, Folder }.Select(from => Path.GetFullPath(part.Text.Replace('\\', '/'), from)).FirstOrDefault(File.Exists);
        if (path is null)
        {
            return CellError.At(file, part.Line, typeof(FileNotFoundException).FullName!, $"#!import {part.Text}: there is no such file.");
        }

        if (importing.Contains(path))
        {
            return CellError.At(file, part.Line, "ImportError", $"#!import {part.Text}: the file imports itself.");
        }

        try
        {
            importing = [.. importing, path];
            var (cells, from) = (Scripts(path), Path.GetDirectoryName(path)!);
            foreach (var (name, source) in cells)
            {
                if (await RunAsync(Path.Combine(from, name), from, source, importing).ConfigureAwait(false) is { } error)
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

    // The scripts that a file to import holds, each with the name by which errors call it.
    private static IEnumerable<(string Name, string Source)> Scripts(string path) => Path.GetExtension(path).ToUpperInvariant() switch
    {
        ".IPYNB" => Notebook.Load(path).Cells.Where(cell => cell.IsExecutable)
            .Select(cell => ($"{Path.GetFileName(path)} {CellError.FileName(cell.Number)}", cell.Source)),
        ".CS" or ".CSX" or ".DIB" => [(Path.GetFileName(path), File.ReadAllText(path))],
        _ => throw new NotebookFormatException($"{Path.GetFileName(path)}: #!import takes .cs, .csx, .ipynb and .dib."),
    };

    private async Task<CellError?> RunAsync(string file, CellPart part)
    {
        try
        {
            _packages.Add(part.Packages);
        }
        catch (PackageException e)
        {
            return CellError.At(file, part.Packages.First(directive => !directive.IsSource).Line, "PackageError", e.Message);
        }

        if (part.IsEmpty)
        {
            return null;
        }

        var options = _options.WithFilePath(file).AddReferences(_packages.References);
        try
        {
            var script = _state is null
                ? CSharpScript.Create<object>(part.Text, options, assemblyLoader: _loader)
                : _state.Script.ContinueWith<object>(part.Text, options);
            var hasValue = EndsInValue(script.GetCompilation());
            Exception? thrown = null;
            var state = _state is null
                ? await script.RunAsync(globals: null, e => Keep(e, out thrown)).ConfigureAwait(false)
                : await script.RunFromAsync(_state, e => Keep(e, out thrown)).ConfigureAwait(false);
            // A cell that threw keeps what it had declared, as in a host.
            _state = state;
            if (thrown is not null)
            {
                return CellError.Thrown(file, _sources, thrown);
            }

            if (hasValue)
            {
                _output.Result(state.ReturnValue);
            }

            return null;
        }
        catch (CompilationErrorException e)
        {
            return CellError.Compilation(file, _sources, e.Diagnostics);
        }
        catch (PackageException e)
        {
            return CellError.At(file, null, "PackageError", e.Message);
        }
#pragma warning disable CA1031 // Whatever resolving a reference or formatting a value throws belongs to the cell.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return CellError.Thrown(file, _sources, e);
        }
    }

    // A last expression without a semicolon, unless it is void.
    private static bool EndsInValue(Compilation compilation)
    {
        var tree = compilation.SyntaxTrees.Last();
        return tree.GetRoot() is CompilationUnitSyntax { Members: [.., GlobalStatementSyntax { Statement: ExpressionStatementSyntax last }] }
            && last.SemicolonToken.IsMissing
            && compilation.GetSemanticModel(tree).GetTypeInfo(last.Expression).ConvertedType is { SpecialType: not SpecialType.System_Void };
    }

    private static bool Keep(Exception e, out Exception kept)
    {
        kept = e;
        return true;
    }
}
