using System.Runtime.Loader;
using Diffusion.Plots.Hosts;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace Diffusion.Plots.Tests;

/// <summary>A stand-in with the names and signatures of .NET Interactive's own assembly, which is in no registry that builds can rely on.</summary>
public sealed class InteractiveTests
{
    private const string StandIn = """
        using System;
        using System.Collections.Generic;
        using System.Threading;

        namespace Microsoft.DotNet.Interactive
        {
            public class KernelInvocationContext : IDisposable
            {
                private static readonly AsyncLocal<KernelInvocationContext> _current = new();
                private readonly List<Action<KernelInvocationContext>> _onComplete = new();

                public KernelInvocationContext() => _current.Value = this;

                public static KernelInvocationContext Current => _current.Value;

                public bool IsComplete { get; private set; }

                public List<List<object>> Displays { get; } = new();

                public void OnComplete(Action<KernelInvocationContext> onComplete) => _onComplete.Add(onComplete);

                public void Dispose()
                {
                    _current.Value = null;
                    _onComplete.ForEach(action => action(this));
                    IsComplete = true;
                }
            }

            public class DisplayedValue
            {
                private KernelInvocationContext _context;
                private readonly List<object> _states;

                public DisplayedValue(KernelInvocationContext context, List<object> states) => (_context, _states) = (context, states);

                // Like the real one: the cell that runs now takes over, and what comes after a cell is lost.
                public void Update(object updatedValue)
                {
                    _context = KernelInvocationContext.Current ?? _context;
                    if (!_context.IsComplete)
                    {
                        _states.Add(updatedValue);
                    }
                }
            }

            public static class KernelInvocationContextExtensions
            {
                public static DisplayedValue Display(this KernelInvocationContext context, object value, params string[] mimeTypes)
                {
                    var states = new List<object> { value };
                    context.Displays.Add(states);
                    return new DisplayedValue(context, states);
                }

                public static DisplayedValue DisplayAs(this KernelInvocationContext context, string value, string mimeType) => throw new NotSupportedException();
            }
        }
        """;

    // Once for the process, as the engine itself is.
    private static readonly Lazy<System.Reflection.Assembly> Engine = new(Compile);

    [Fact]
    public void One_display_is_updated_in_place_and_keeps_the_last_state_of_the_cell()
    {
        Figure[] states = [.. Enumerable.Range(0, 100).Select(State)];
        dynamic cell = NewCell();
        var live = Live.Show(states[0]);
        foreach (var state in states.Skip(1))
        {
            live.Update(state);
        }
        cell.Dispose();
        var display = Assert.Single((List<List<object>>)cell.Displays);
        Assert.Same(states[0], display[0]);
        Assert.Same(states[^1], display[^1]);
    }

    [Fact]
    public void A_later_cell_updates_the_display_though_a_timer_or_its_own_end_shows_the_state()
    {
        var clock = new FakeClock();
        dynamic first = NewCell();
        var live = new LiveFigure(State(0), NotebookHosts.Show(State(0))!, clock);
        first.Dispose();
        var display = Assert.Single((List<List<object>>)first.Displays);

        dynamic second = NewCell();
        var (byTimer, byEnd) = (State(1), State(2));
        live.Update(byTimer);
        clock.Advance(100);
        Assert.Same(byTimer, display[^1]);
        live.Update(byEnd);
        second.Dispose();
        Assert.Same(byEnd, display[^1]);
        Assert.Empty((List<List<object>>)second.Displays);
    }

    private static object NewCell() => Activator.CreateInstance(Engine.Value.GetType("Microsoft.DotNet.Interactive.KernelInvocationContext")!)!;

    private static Figure State(int i) => Figures.Table(["i"], [[i]]);

    private static System.Reflection.Assembly Compile()
    {
        using var dll = new MemoryStream();
        var framework = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(file => Path.GetDirectoryName(file) == Path.GetDirectoryName(typeof(object).Assembly.Location));
        var result = CSharpCompilation.Create(
            "Microsoft.DotNet.Interactive",
            [CSharpSyntaxTree.ParseText(StandIn, cancellationToken: TestContext.Current.CancellationToken)],
            framework.Select(file => MetadataReference.CreateFromFile(file)),
            new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary)).Emit(dll, cancellationToken: TestContext.Current.CancellationToken);
        Assert.True(result.Success, string.Join('\n', result.Diagnostics));
        dll.Position = 0;
        return AssemblyLoadContext.Default.LoadFromStream(dll);
    }
}
