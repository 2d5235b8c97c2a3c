using System.Diagnostics;

namespace Diffusion.Benchmarks;

/// <summary>
/// Times several things in turn, round after round, so that what else the machine does falls on all of them alike. The
/// ratios are what to read: each is the median of the rounds' own ratios.
/// </summary>
internal sealed class Interleaved
{
    private const int Fewest = 5;
    private const int Most = 200;
    private readonly List<double>[] seconds;

    private Interleaved(List<double>[] seconds) => this.seconds = seconds;

    /// <summary>How many rounds there were.</summary>
    public int Rounds => seconds[0].Count;

    /// <summary>Runs every contestant once a round, each round from another one on, after two rounds that do not count.</summary>
    /// <param name="budget">When it is spent no further round begins, but some rounds there are in any case.</param>
    /// <param name="contestants">What to time.</param>
    public static Interleaved Measure(TimeSpan budget, params Action[] contestants) => Measure(budget, TimeSpan.Zero, contestants);

    /// <summary>The same with a rest before each turn, so that no thread of the last one still waits actively for more work.</summary>
    public static Interleaved Measure(TimeSpan budget, TimeSpan rest, params Action[] contestants)
    {
        List<double>[] seconds = [.. contestants.Select(_ => new List<double>())];
        long start = Stopwatch.GetTimestamp();
        for (int round = -2; round < Fewest || (round < Most && Stopwatch.GetElapsedTime(start) < budget); round++)
        {
            for (int turn = 0; turn < contestants.Length; turn++)
            {
                int who = (turn + round + 2) % contestants.Length;
                Thread.Sleep(rest);
                long began = Stopwatch.GetTimestamp();
                contestants[who]();
                if (round >= 0)
                {
                    seconds[who].Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
                }
            }
        }

        return new(seconds);
    }

    /// <summary>The median time of a contestant, in seconds.</summary>
    public double Seconds(int who) => Median(seconds[who]);

    /// <summary>How many times as long a contestant takes as another in the same round, in the median.</summary>
    public double Ratio(int who, int against) => Median(seconds[who].Zip(seconds[against], (a, b) => a / b));

    private static double Median(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
