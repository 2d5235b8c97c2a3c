using Diffusion.Plots.Hosts;
using Microsoft.DotNet.Interactive;
using Microsoft.DotNet.Interactive.Commands;
using Microsoft.DotNet.Interactive.Events;

namespace Diffusion.Plots.Tests;

/// <summary>Cells in a kernel of the engine's own, and the events that a front end gets.</summary>
public sealed class InteractiveTests : IDisposable
{
    private readonly CellKernel kernel = new();

    public void Dispose() => kernel.Dispose();

    [Fact]
    public async Task One_display_is_updated_in_place_and_keeps_the_last_state_of_the_cell()
    {
        Figure[] states = [.. Enumerable.Range(0, 100).Select(State)];
        var events = await Run(() =>
        {
            var live = Live.Show(states[0]);
            foreach (var state in states.Skip(1))
            {
                live.Update(state);
            }
        });
        var shown = Assert.Single(events.OfType<DisplayedValueProduced>());
        Assert.Equal(
            new Dictionary<string, string> { ["text/html"] = states[0].ToHtml(), ["text/plain"] = states[0].ToString() },
            shown.FormattedValues.ToDictionary(value => value.MimeType, value => value.Value));
        var updates = events.OfType<DisplayedValueUpdated>().ToArray();
        Assert.All(updates, update => Assert.Equal(shown.ValueId, update.ValueId));
        Assert.Same(states[^1], updates[^1].Value);
    }

    [Fact]
    public async Task A_later_cell_updates_the_display_though_a_timer_or_its_own_end_shows_the_state()
    {
        var clock = new FakeClock();
        LiveFigure live = null!;
        var first = await Run(() => live = new LiveFigure(State(0), NotebookHosts.Show(State(0))!, clock));
        var shown = Assert.Single(first.OfType<DisplayedValueProduced>());

        var (byTimer, byEnd) = (State(1), State(2));
        var second = await Run(() =>
        {
            live.Update(byTimer);
            clock.Advance(100);
            live.Update(byEnd);
        });
        var updates = second.OfType<DisplayedValueUpdated>().ToArray();
        Assert.Equal([byTimer, byEnd], updates.Select(update => update.Value));
        Assert.All(updates, update => Assert.Equal(shown.ValueId, update.ValueId));
        Assert.Empty(second.OfType<DisplayedValueProduced>());
    }

    [Fact]
    public async Task A_progress_bar_is_one_display_that_ends_in_a_quiet_line()
    {
        var events = await Run(() => Assert.Equal(1000, Live.Progress("counting", Enumerable.Range(0, 1000)).Count()));
        var shown = Assert.Single(events.OfType<DisplayedValueProduced>());
        var last = events.OfType<DisplayedValueUpdated>().Last();
        Assert.Equal(shown.ValueId, last.ValueId);
        Assert.Contains(last.FormattedValues, value => value is { MimeType: "text/plain", Value: "counting: 1000 of 1000" });
    }

    private async Task<IReadOnlyList<KernelEvent>> Run(Action cell)
    {
        kernel.Cell = cell;
        var result = await kernel.SendAsync(new SubmitCode("cell"), TestContext.Current.CancellationToken);
        Assert.Empty(result.Events.OfType<CommandFailed>().Select(failure => failure.Message));
        return result.Events;
    }

    private static Figure State(int i) => Figures.Table(["i"], [[i]]);

    private sealed class CellKernel() : Kernel("cells"), IKernelCommandHandler<SubmitCode>
    {
        public Action Cell { get; set; } = () => { };

        public Task HandleAsync(SubmitCode command, KernelInvocationContext context)
        {
            Cell();
            return Task.CompletedTask;
        }
    }
}
