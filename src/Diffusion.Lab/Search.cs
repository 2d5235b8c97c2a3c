using System.Diagnostics;
using static Diffusion.Runtime.InvalidInputException;

namespace Diffusion.Lab;

/// <summary>A question for the best stride under a choice's own schedule.</summary>
/// <param name="Choice">The choice.</param>
/// <param name="Count">K.</param>
/// <param name="Objective">What the stride is to be best at.</param>
internal sealed record Search(Choice Choice, int Count, StrideObjective Objective)
{
    // The costs of all jumps t → s are T²/2 numbers.
    private const int MaxT = 2000;

    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(250);

    /// <summary>Reads a search.</summary>
    /// <exception cref="InvalidInputException">A value is none that its key takes.</exception>
    public static Search Parse(ChoiceText text, Choice choice)
    {
        string name = text["objective"] ?? "trajectory";
        StrideObjective objective = StrideFamily.Parse(name).Objective
            ?? throw new InvalidInputException("objective", $"\"{name}\"", "likelihood, trajectory, outcome or outcome-free");
        int T = choice.Sampler.Schedule.T;
        Require(T <= MaxT, "T", $"{T}", $"at most {MaxT} timesteps to search among");

        // Under the likelihood the step from T straight to 0 has an infinite cost.
        int least = objective == StrideObjective.Trajectory ? 1 : 2;
        Require(T >= least, "T", $"{T}", $"at least {least} timesteps for {name}");
        int count = text.Whole("k", Math.Max(least, choice.Sampler.Timesteps.Count), least, Math.Min(T, Limits.Steps));
        return new(choice, count, objective);
    }

    /// <summary>Searches, and tells how far it is.</summary>
    public void Run(EventStream events, CancellationToken cancellation)
    {
        double share = 0;
        long began = Stopwatch.GetTimestamp();
        OptimalStride best;
        Report(events, share, TimeSpan.Zero);
        using (new Timer(
            _ => Report(events, Volatile.Read(ref share), Stopwatch.GetElapsedTime(began)), null, BetweenReports, BetweenReports))
        {
            best = Choice.Subject.Finder(Choice.Sampler.Schedule).Find(
                Objective, Count, Choice.Sampler.Rule, new Share(value => Volatile.Write(ref share, value)), cancellation);
        }

        events.Send("done", new Dictionary<string, object> { ["stride"] = $"{best.Stride}", ["K"] = best.Count, ["cost"] = best.Cost });
    }

    private static void Report(EventStream events, double share, TimeSpan elapsed) => events.Send("progress", new
    {
        share = share < 1 ? share : (double?)null,
        text = share < 1
            ? FormattableString.Invariant($"asking the denoiser, {100 * share:F0} %")
            : FormattableString.Invariant($"searching, {elapsed.TotalSeconds:F0} s"),
    });

    private sealed class Share(Action<double> told) : IProgress<double>
    {
        public void Report(double value) => told(value);
    }
}
