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
    private readonly ScriptOptions _options;
    private ScriptState<object>? _state;

    public CSharpEngine(string folder, CellOutput output)
    {
        _output = output;
        var packages = new PackageFolder(text => output.Display(text, "text/plain"));
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
            .WithMetadataResolver(new CellReferences(folder, packages))
            .WithSourceResolver(ScriptSourceResolver.Default.WithBaseDirectory(folder))
            .WithReferences(FrameworkReferences())
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
    }

    public void Dispose() => _loader.Dispose();

    /// <summary>Executes a cell and shows the value of its last expression.</summary>
    /// <returns>What went wrong, or <see langword="null"/>.</returns>
    public async Task<CellError?> RunAsync(int cell, string source)
    {
        var code = CellSource.ForCompiler(source);
        var options = _options.WithFilePath(CellError.FileName(cell));
        try
        {
            var script = _state is null
                ? CSharpScript.Create<object>(code, options, assemblyLoader: _loader)
                : _state.Script.ContinueWith<object>(code, options);
            var hasValue = EndsInValue(script.GetCompilation());
            Exception? thrown = null;
            var state = _state is null
                ? await script.RunAsync(globals: null, e => Keep(e, out thrown)).ConfigureAwait(false)
                : await script.RunFromAsync(_state, e => Keep(e, out thrown)).ConfigureAwait(false);
            // A cell that threw keeps what it had declared, as in a host.
            _state = state;
            if (thrown is not null)
            {
                return CellError.Thrown(cell, code, thrown);
            }

            if (hasValue)
            {
                _output.Result(state.ReturnValue);
            }

            return null;
        }
        catch (CompilationErrorException e)
        {
            return CellError.Compilation(cell, code, e.Diagnostics);
        }
#pragma warning disable CA1031 // Whatever resolving a reference or formatting a value throws belongs to the cell.
        catch (Exception e)
#pragma warning restore CA1031
        {
            return CellError.Thrown(cell, code, e);
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

    // All of the shared framework, as in .NET Interactive; Roslyn's default is a part of it without System.Text.Json.
    private static IEnumerable<MetadataReference> FrameworkReferences()
    {
        var folder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        return ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Where(path => Path.GetDirectoryName(path) == folder)
            .Select(path => MetadataReference.CreateFromFile(path));
    }
}
