namespace Diffusion;

/// <summary>A stride that looks at the noise levels of the schedule, not only at how many timesteps there are.</summary>
internal abstract record ScheduleStride : Stride
{
    private protected sealed override int[] Select(int T) => throw new InvalidInputException(
        "stride", $"\"{Text}\" with T = {T} alone", "a schedule: the noise levels decide which timesteps this stride visits");

    private protected abstract override int[] Select(NoiseSchedule schedule);

    /// <summary>
    /// The timesteps whose value is nearest to each target, in 1..<paramref name="last"/>; where two targets share one,
    /// the neighbours make room.
    /// </summary>
    /// <param name="targets">K values that fall as the timesteps rise, K at most <paramref name="last"/>.</param>
    /// <param name="value">A strictly falling function of the timestep.</param>
    /// <param name="last">The largest timestep allowed.</param>
    private protected static int[] Nearest(double[] targets, Func<int, double> value, int last)
    {
        var timesteps = new int[targets.Length];
        int t = 1;
        for (int k = 0; k < targets.Length; k++)
        {
            while (t < last && Math.Abs(value(t + 1) - targets[k]) <= Math.Abs(value(t) - targets[k]))
            {
                t++;
            }

            timesteps[k] = t;
        }

        return Distinct(timesteps, last);
    }
}
