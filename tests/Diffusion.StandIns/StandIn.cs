using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Scripting;
using Microsoft.CodeAnalysis.Scripting;
using Microsoft.CodeAnalysis.Scripting.Hosting;

namespace Diffusion.StandIns;

/// <summary>A notebook engine's stand-in: Roslyn scripting set up as the engine sets it up, one submission after the other.</summary>
internal sealed class StandIn : IDisposable
{
    private readonly InteractiveAssemblyLoader loader = new();
    private readonly ScriptOptions options;
    private Script<object> script;
    private ScriptState<object>? state;

    /// <summary>Begins a session.</summary>
    /// <param name="options">The engine's imports, references and language version.</param>
    /// <param name="folder">What relative names in <c>#r</c> and <c>#load</c> are relative to.</param>
    public StandIn(ScriptOptions options, string folder)
    {
        Assembly own = Assembly.GetExecutingAssembly();
        loader.RegisterDependency(own);
        this.options = options.AddReferences(own)
            .WithMetadataResolver(ScriptMetadataResolver.Default.WithBaseDirectory(folder))
            .WithSourceResolver(new SourceFileResolver(ImmutableArray<string>.Empty, folder));
        script = CSharpScript.Create<object>("", this.options, assemblyLoader: loader);
    }

    /// <summary>Has an exported notebook's cells run, or with <c>--compile</c> several notebooks' cells compiled.</summary>
    /// <param name="arguments">The notebook and the file for what its cells show, a list a cell; or <c>--compile</c> and the notebooks.</param>
    /// <param name="options">The engine's.</param>
    /// <param name="cells">The C# cells of a notebook.</param>
    /// <param name="shown">Where what a cell shows while it runs is put.</param>
    /// <param name="shows">What shows a cell's value; null for nothing.</param>
    /// <param name="before">What the engine does before it runs a cell.</param>
    public static async Task MainAsync(
        string[] arguments,
        ScriptOptions options,
        Func<JsonNode, IEnumerable<string>> cells,
        List<string> shown,
        Func<object, string?> shows,
        Action<string>? before = null)
    {
        bool compiles = arguments[0] == "--compile";
        foreach (string notebook in compiles ? arguments[1..] : arguments[..1])
        {
            // A folder in which nothing lies, as an engine's own.
            using var standIn = new StandIn(options, AppContext.BaseDirectory);
            var results = new JsonArray();
            foreach (string source in cells(JsonNode.Parse(await File.ReadAllTextAsync(notebook))!))
            {
                if (source.TrimStart().StartsWith("#!", StringComparison.Ordinal))
                {
                    throw new NotSupportedException($"no command here: {source}");
                }

                if (compiles)
                {
                    standIn.Compile(source);
                    continue;
                }

                shown.Clear();
                before?.Invoke(source);
                if (await standIn.RunAsync(source) is { } value && shows(value) is { } output)
                {
                    shown.Add(output);
                }

                results.Add(new JsonArray([.. shown.Select(output => (JsonNode)output)]));
            }

            if (!compiles)
            {
                await File.WriteAllTextAsync(arguments[1], results.ToJsonString());
            }
        }
    }

    /// <summary>Runs a submission.</summary>
    /// <returns>Its value.</returns>
    public async Task<object?> RunAsync(string source)
    {
        state ??= await script.RunAsync();
        Compile(source);
        state = await script.RunFromAsync(state);
        return state.ReturnValue;
    }

    public void Dispose() => loader.Dispose();

    private void Compile(string source)
    {
        script = script.ContinueWith<object>(source, options);
        try
        {
            script.Compile();
        }
        catch (CompilationErrorException e)
        {
            throw new InvalidOperationException($"{string.Join('\n', e.Diagnostics)}\nin {source}", e);
        }
    }
}
