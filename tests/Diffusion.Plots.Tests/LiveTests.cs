namespace Diffusion.Plots.Tests;

public sealed class LiveTests
{
    [Fact]
    public async Task At_most_ten_updates_a_second_are_shown_and_always_the_last()
    {
        var shown = new List<Figure>();
        var figures = Enumerable.Range(0, 300).Select(i => Figures.Table(["i"], [[i]])).ToArray();
        using var live = new LiveFigure(figures[0], shown.Add);
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (var figure in figures)
        {
            live.Update(figure);
            await Task.Delay(1, TestContext.Current.CancellationToken);
        }
        await Task.Delay(400, TestContext.Current.CancellationToken);
        Assert.Same(figures[^1], shown[^1]);
        Assert.True(shown.Count <= clock.Elapsed.TotalSeconds * 10 + 1);
    }

    [Fact]
    public void Flush_shows_the_last_state_at_once()
    {
        var shown = new List<Figure>();
        var (first, second) = (Figures.Table(["i"], [[1]]), Figures.Table(["i"], [[2]]));
        using var live = new LiveFigure(first, shown.Add);
        live.Update(second);
        Assert.Empty(shown);
        live.Flush();
        live.Flush();
        Assert.Same(second, Assert.Single(shown));
    }

    [Fact]
    public async Task A_host_that_fails_on_a_late_update_does_not_end_the_process()
    {
        using var live = new LiveFigure(Figures.Table(["i"], [[1]]), _ => throw new InvalidOperationException("The cell is over."));
        live.Update(Figures.Table(["i"], [[2]]));
        await Task.Delay(300, TestContext.Current.CancellationToken);
    }
}
