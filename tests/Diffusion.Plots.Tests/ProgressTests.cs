using Diffusion.Plots.Hosts;

namespace Diffusion.Plots.Tests;

public sealed class ProgressTests
{
    private readonly FakeClock clock = new();
    private readonly List<Figure> shown = [];

    [Fact]
    public void A_running_bar_tells_done_total_rate_time_left_and_the_note()
    {
        using var bar = Bar(500);
        clock.Advance(10_000);
        bar.Report(200, "loss 0.12");
        Assert.Equal("training: 200 of 500 · 20 a second · 15 s left · loss 0.12", shown[^1].ToString());
        Assert.Contains("<progress max=\"1\" value=\"0.4\"", shown[^1].ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void Slow_steps_are_told_in_seconds_each()
    {
        using var bar = Bar(10);
        clock.Advance(20_000);
        bar.Report(4);
        Assert.Equal("training: 4 of 10 · 5.0 s each · 30 s left", shown[^1].ToString());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(37_000)]
    public void What_is_left_at_the_end_is_one_line_without_times(int milliseconds)
    {
        var bar = Bar(3);
        for (var i = 1; i <= 3; i++)
        {
            clock.Advance(milliseconds);
            bar.Report(i, $"loss {i}");
        }
        Assert.Equal("training: 3 of 3 · loss 3", shown[^1].ToString());
        Assert.DoesNotContain("<progress", shown[^1].ToHtml(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_bar_left_early_says_that_it_stopped()
    {
        using (var bar = Bar(10))
        {
            bar.Report(4);
        }
        Assert.Equal("training: 4 of 10 · stopped", shown[^1].ToString());
    }

    [Fact]
    public void A_bar_that_is_done_stays_done()
    {
        using var bar = Bar(2);
        bar.Report(2);
        var count = shown.Count;
        bar.Report(1);
        bar.Dispose();
        Assert.Equal(count, shown.Count);
    }

    [Fact]
    public void Many_reports_reach_the_page_ten_times_a_second_at_most()
    {
        using var bar = Bar(10_000);
        for (var i = 1; i < 10_000; i++)
        {
            clock.Advance(0.1);
            bar.Report(i);
        }
        Assert.InRange(shown.Count, 5, 10);
    }

    [Fact]
    public void A_loop_is_passed_on_step_by_step()
    {
        var taken = 0;
        IEnumerable<int> Steps()
        {
            for (var i = 0; i < 5; i++)
            {
                taken++;
                yield return i;
            }
        }
        var seen = new List<int>();
        foreach (var step in Live.Progress("a loop", Steps(), 5))
        {
            seen.Add(step);
            Assert.Equal(seen.Count, taken);
            if (step == 2)
            {
                break;
            }
        }
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public void A_negative_total_is_refused_in_one_line() =>
        Refused.With("total", "-1", "the number of steps, 0 or more", () => Live.Progress("training", -1));

    private ProgressBar Bar(int total) => new("training", total, _ => new LiveOutput(shown.Add), clock);
}
