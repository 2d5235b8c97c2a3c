using Diffusion.Plots.Hosts;

namespace Diffusion.Plots.Tests;

public sealed class LiveTests
{
    private readonly FakeClock clock = new();
    private readonly List<Figure> shown = [];

    [Fact]
    public void At_most_ten_updates_a_second_are_shown_and_always_the_last()
    {
        var figures = Enumerable.Range(0, 3000).Select(State).ToArray();
        using var live = InPlace(State(-1));
        foreach (var figure in figures)
        {
            live.Update(figure);
            clock.Advance(1);
        }
        clock.Advance(100);
        Assert.Same(figures[^1], shown[^1]);
        Assert.InRange(shown.Count, 2, 31);
    }

    [Fact]
    public void Slow_updates_are_all_shown_at_once()
    {
        using var live = InPlace(State(0));
        for (var i = 1; i <= 5; i++)
        {
            clock.Advance(200);
            var next = State(i);
            live.Update(next);
            Assert.Same(next, shown[^1]);
        }
        Assert.Equal(5, shown.Count);
    }

    [Fact]
    public void What_is_shown_grows_no_older_than_a_tenth_of_a_second()
    {
        using var live = InPlace(State(0));
        var last = State(1);
        live.Update(last);
        clock.Advance(99);
        Assert.Empty(shown);
        clock.Advance(1);
        Assert.Same(last, Assert.Single(shown));
    }

    [Fact]
    public void A_cell_that_ends_right_after_the_last_update_still_shows_it()
    {
        var live = InPlace(State(0));
        var last = State(2);
        live.Update(State(1));
        live.Update(last);
        Assert.Empty(shown);
        CellEnd.Flush();
        Assert.Same(last, Assert.Single(shown));
        CellEnd.Flush();
        Assert.Single(shown);
    }

    [Fact]
    public void Flush_shows_the_last_state_at_once_and_only_once()
    {
        using var live = InPlace(State(0));
        var second = State(1);
        live.Update(second);
        live.Flush();
        live.Flush();
        Assert.Same(second, Assert.Single(shown));
    }

    [Fact]
    public void Dispose_shows_the_last_state()
    {
        var last = State(1);
        using (var live = InPlace(State(0)))
        {
            live.Update(last);
        }
        Assert.Same(last, Assert.Single(shown));
    }

    [Fact]
    public void Where_nothing_can_be_replaced_only_the_state_shows_that_updates_rest_at()
    {
        using var live = new LiveFigure(State(0), new LiveOutput(shown.Add, TimeSpan.FromSeconds(1), Appends: true), clock);
        Figure? last = null;
        for (var i = 1; i <= 100; i++)
        {
            clock.Advance(500);
            live.Update(last = State(i));
        }
        Assert.Empty(shown);
        clock.Advance(1000);
        Assert.Same(last, Assert.Single(shown));
        clock.Advance(100_000);
        Assert.Single(shown);
    }

    [Fact]
    public void Where_nothing_can_be_replaced_slow_updates_leave_few_frames()
    {
        using var live = new LiveFigure(State(0), new LiveOutput(shown.Add, TimeSpan.FromSeconds(1), Appends: true), clock);
        for (var i = 1; i <= 100; i++)
        {
            clock.Advance(5000);
            live.Update(State(i));
        }
        Assert.InRange(shown.Count, 1, 4);
    }

    [Fact]
    public void A_host_that_fails_tells_the_caller_but_does_not_end_the_process_on_a_late_update()
    {
        var live = new LiveFigure(State(0), new LiveOutput(_ => throw new InvalidOperationException("The cell is over.")), clock);
        live.Update(State(1));
        clock.Advance(1000);
        Assert.Throws<InvalidOperationException>(() => live.Update(State(2)));
    }

    [Fact]
    public void A_plain_script_gets_a_file_that_holds_the_last_state_at_the_end()
    {
        var before = Pages();
        var live = Live.Show(Figures.Table("First state", ["i"], [[1]]));
        var page = Assert.Single(Pages().Except(before));
        Assert.Contains("First state", File.ReadAllText(page), StringComparison.Ordinal);
        live.Update(Figures.Table("Last state", ["i"], [[2]]));
        CellEnd.Flush();
        Assert.Contains("Last state", File.ReadAllText(page), StringComparison.Ordinal);
        live.Dispose();
        File.Delete(page);

        static string[] Pages() => Directory.GetFiles(Path.GetTempPath(), $"diffusion-figure-{Environment.ProcessId}-*");
    }

    private static Figure State(int i) => Figures.Table(["i"], [[i]]);

    private LiveFigure InPlace(Figure first) => new(first, new LiveOutput(shown.Add), clock);
}
