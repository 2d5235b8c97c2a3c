namespace Diffusion.Plots.Tests;

/// <summary>A clock that moves only when a test says so, and then rings whatever is due.</summary>
internal sealed class FakeClock : TimeProvider
{
    private readonly List<Alarm> alarms = [];
    private TimeSpan now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => now.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var alarm = new Alarm(this, () => callback(state));
        alarms.Add(alarm);
        alarm.Change(dueTime, period);
        return alarm;
    }

    public void Advance(double milliseconds)
    {
        now += TimeSpan.FromMilliseconds(milliseconds);
        foreach (var alarm in alarms.Where(alarm => alarm.Due <= now).ToArray())
        {
            alarm.Due = null;
            alarm.Ring();
        }
    }

    private sealed class Alarm(FakeClock clock, Action ring) : ITimer
    {
        // As the real clock's timers do.
        private readonly ExecutionContext created = ExecutionContext.Capture()!;

        public TimeSpan? Due { get; set; }

        public void Ring() => ExecutionContext.Run(created, _ => ring(), null);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            Due = dueTime == Timeout.InfiniteTimeSpan ? null : clock.now + dueTime;
            return true;
        }

        public void Dispose() => Due = null;

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
