using System.Diagnostics;
using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>What the page shows of a choice, and of a rival pinned beside it: first the samples, then the slower numbers.</summary>
internal static class Answering
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(50);

    // While a handle moves the next question is here before it ends: distances, which take long, are not begun in vain.
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(200);

    // A rival stays while the other is dragged, and what was seen before is often seen again.
    private static readonly Recent<Walked> RivalWalks = new(8);
    private static readonly Recent<double[]> KnownDistances = new(256);

    /// <summary>Computes, and tells each part as soon as it is known.</summary>
    /// <exception cref="InvalidInputException">The network refuses what it is asked.</exception>
    public static void Answer(Choice choice, Choice? rival, EventStream events, CancellationToken cancellation)
    {
        Walked walked = Walk(choice, "answer", events, cancellation);
        Walked? other = rival is null ? null : RivalWalks.Get(rival.Key, () => Walk(rival, "rival", events, cancellation));
        events.Send("samples", new
        {
            answer = walked,
            rival = other,
            truth = choice.Subject.Truth(choice) is { } truth ? Floats.Base64(truth) : null,
        });
        events.Send("steps", new { answer = walked.Frames, rival = other?.Frames });

        cancellation.WaitHandle.WaitOne(Pause);
        cancellation.ThrowIfCancellationRequested();
        double? floor = choice.Subject.Floor(choice, cancellation);
        double[] distances = Distances(choice, walked, cancellation);
        double[]? itsDistances = rival is null ? null : Distances(rival, other!, cancellation);
        events.Send("done", new
        {
            distance = Summary(choice, distances, floor),
            rivalDistance = itsDistances is null ? null : Summary(rival!, itsDistances, floor),
            difference = itsDistances is null ? null : Difference(distances, itsDistances),
            take = new
            {
                csharp = TakeAlong.CSharp(choice),
                command = TakeAlong.Command(choice),
                leaderboard = TakeAlong.Leaderboard(choice, walked.Cost.Calls, distances),
            },
        });
    }

    private static Walked Walk(Choice choice, string side, EventStream events, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        long looked = Stopwatch.GetTimestamp();
        return Walking.Walk(choice, (step, samples) =>
        {
            if (Stopwatch.GetElapsedTime(looked) >= BetweenLooks)
            {
                looked = Stopwatch.GetTimestamp();
                events.Send("walk", new Dictionary<string, object>
                {
                    ["side"] = side,
                    ["k"] = step.Index + 1,
                    ["K"] = choice.Sampler.Timesteps.Count,
                    ["t"] = step.PreviousTimestep,
                    ["x"] = samples(),
                });
            }
        }, cancellation);
    }

    private static double[] Distances(Choice choice, Walked walked, CancellationToken cancellation) => KnownDistances.Get(choice.Key, () =>
    {
        using var scope = NewDisposeScope();
        Tensor samples = tensor(walked.Numbers, [choice.Count, .. choice.Subject.Shape]);
        return choice.Subject.Distances(choice, samples, cancellation);
    });

    private static object Summary(Choice choice, double[] distances, double? floor)
    {
        Interval mean = Interval.OfRuns(distances);
        return new { metric = choice.Subject.Metric, value = mean.Value, floor, interval = new[] { mean.Low, mean.High } };
    }

    /// <summary>In pairs, for both ran the same course; below zero the choice is nearer than its rival.</summary>
    private static object Difference(double[] mine, double[] theirs)
    {
        Interval mean = Interval.OfRuns([.. mine.Zip(theirs, (one, other) => one - other)]);
        return new { value = mean.Value, low = mean.Low, high = mean.High, better = mean.High < 0 ? "B" : mean.Low > 0 ? "A" : "neither" };
    }
}
