namespace Diffusion;

/// <summary>K timesteps whose log-SNR falls evenly from timestep 1's to timestep T's.</summary>
internal sealed record LogSnrStride(int Count) : ScheduleStride
{
    private protected override string Text => $"logsnr{Count}";

    private protected override int[] Select(NoiseSchedule schedule)
    {
        AtMost(Count, schedule.T);
        return schedule.AlphaBar(schedule.T) == 0
            ? [.. Even(schedule, Count - 1, schedule.T - 1), schedule.T] // −∞ has no even parts: T by itself, the others up to T − 1.
            : Even(schedule, Count, schedule.T);
    }

    private static int[] Even(NoiseSchedule schedule, int count, int last)
    {
        double low = schedule.LogSnr(last), high = schedule.LogSnr(1);
        double[] targets = [.. Enumerable.Range(1, count).Select(k => count == 1 ? low : high + (low - high) * (k - 1) / (count - 1))];
        return Nearest(targets, schedule.LogSnr, last);
    }
}
