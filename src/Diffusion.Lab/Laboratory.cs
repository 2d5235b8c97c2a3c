using System.Diagnostics;
using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>What a search or a measurement tells the page: the name of the event, and its values.</summary>
internal delegate void Send(string name, object values);

/// <summary>Answers choices. It keeps caches and nothing of a page's state.</summary>
internal sealed class Laboratory(string? checkpoint) : IDisposable
{
    // One start noise each; enough for an interval that is worth its time.
    private const int PairedRuns = 8;

    // Calls a second are not bounded by what a reader sees.
    private static readonly TimeSpan BetweenReports = TimeSpan.FromMilliseconds(100);

    private readonly Subjects subjects = new(checkpoint);
    private readonly RecentCache<object, double> floors = new(64);
    private readonly RecentCache<object, float[]> references = new(8);
    private readonly RecentCache<object, StrideFinder> finders = new(16);

    /// <summary>The subjects, which are loaded once.</summary>
    public Subjects Subjects => subjects;

    /// <summary>
    /// Walks, and measures. The samples of B are sent first and at once, then its way and its terms, then the same of the rival A, then
    /// both distances, and at the end their difference with its interval.
    /// </summary>
    /// <exception cref="InvalidInputException">The choices do not fit together, or their samples are no numbers.</exception>
    public void Answer(Choice b, Choice? a, int follow, Send send, CancellationToken cancellation)
    {
        if (a is not null)
        {
            InvalidInputException.Require(a.Start == b.Start, "A and B", "other data, count, seed or class",
                "the same for both, so that they start from one noise and are held against one truth");
        }

        Subject subject = subjects.Of(b);
        if (subject is MixtureSubject { Mixture: var data })
        {
            using Tensor truth = data.Sample(b.Count, b.Seed + SeedOffset.Data);
            send("truth", new { points = Encoded.Of(truth, pictures: false) });
        }

        using WalkRecord walk = Walk("B", b, subject, follow, send, cancellation);
        using WalkRecord? rival = a is null ? null : Walk("A", a, subject, follow, send, cancellation);
        if (subject is MixtureSubject mixture)
        {
            Measure(mixture, b, walk, a, rival, send, cancellation);
        }
        else
        {
            Measure(subject, b, walk, a, rival, send, cancellation);
        }
    }

    /// <summary>Searches the best stride for the choice's very schedule and rule.</summary>
    /// <exception cref="InvalidInputException">The data have no search in the laboratory.</exception>
    public void FindStride(Choice choice, int count, StrideObjective objective, Send send, CancellationToken cancellation)
    {
        if (subjects.Of(choice) is not MixtureSubject subject)
        {
            throw new InvalidInputException("data", choice.Data,
                $"points: a network's takes minutes, by `ddm stride --optimize outcome --network {choice.Data} --data {choice.Data}`");
        }

        InvalidInputException.Require(count <= Choice.MaxCalls / 10, "K", $"{count}", $"at most {Choice.MaxCalls / 10} for a search");
        var clock = Stopwatch.StartNew();
        StrideFinder finder = finders.Get((choice.Data, choice.Modes, $"{choice.Schedule}"), () => new(choice.Schedule, subject.Mixture));
        var progress = new Shares(share => send("progress", new { share }));
        OptimalStride found = finder.Find(objective, count, choice.Rule, progress, cancellation);
        send("done", new { stride = $"{found.Stride}", cost = found.Cost, seconds = clock.Elapsed.TotalSeconds });
    }

    public void Dispose() => subjects.Dispose();

    private static WalkRecord Walk(string which, Choice choice, Subject subject, int follow, Send send, CancellationToken cancellation)
    {
        long reported = Stopwatch.GetTimestamp();
        WalkRecord walk = WalkRecord.Of(choice, subject, follow, (taken, of) =>
        {
            if (Stopwatch.GetElapsedTime(reported) > BetweenReports)
            {
                reported = Stopwatch.GetTimestamp();
                send("progress", new { which, taken, of });
            }
        }, cancellation);
        InvalidInputException.Require(
            Encoded.Numbers(walk.Samples).All(float.IsFinite), which, "samples that are no numbers", "a sampler that stays finite");
        bool pictures = walk.Samples.dim() == 4;
        send("samples", new { which, pictures, samples = Encoded.Of(walk.Samples, pictures) });
        int K = walk.Steps.Count;
        send("walk", new
        {
            which,
            frames = walk.Frames,
            steps = walk.Steps,
            path = walk.Path,
            cost = new
            {
                calls = walk.Cost.DenoiserCalls,
                forwardSteps = walk.Cost.ForwardSteps,
                // F goes from x̂0 up to τ_{k−1} one step of the respaced chain at a time: 0 + 1 + … + (K−1).
                standardForwardSteps = (long)K * (K - 1) / 2,
                seconds = walk.Cost.Elapsed.TotalSeconds,
            },
        });
        return walk;
    }

    private void Measure(
        MixtureSubject subject, Choice b, WalkRecord walk, Choice? a, WalkRecord? rival, Send send, CancellationToken cancellation)
    {
        double ofB = Distance(walk.Samples, b.Seed);
        double? ofA = rival is null ? null : Distance(rival.Samples, b.Seed);
        double floor = floors.Get((b.Data, b.Modes, b.Count), () => Enumerable.Range(1, 4).Average(seed =>
        {
            using var scope = NewDisposeScope();
            return SlicedWasserstein.Distance(Truth(seed), subject.Mixture.Sample(b.Count, seed + SeedOffset.OtherData));
        }));
        send("distance", new { metric = "W1 to the truth", b = ofB, a = ofA, floor });
        if (a is null)
        {
            return;
        }

        List<double> differences = [ofA!.Value - ofB];
        for (int run = 1; run < PairedRuns; run++)
        {
            differences.Add(OfRun(a, b.Seed + run) - OfRun(b, b.Seed + run));
            send("progress", new { which = "difference", taken = run + 1, of = PairedRuns });
        }

        SendDifference(Interval.OfRuns(differences), $"{PairedRuns} start noises", send);

        Tensor Truth(int seed) => subject.Mixture.Sample(b.Count, seed + SeedOffset.Data);

        double Distance(Tensor samples, int seed)
        {
            using Tensor truth = Truth(seed);
            return SlicedWasserstein.Distance(samples, truth);
        }

        double OfRun(Choice choice, int seed)
        {
            Choice other = choice with { Seed = seed };
            using Tensor start = subject.Start(other);
            var denoiser = new Watched(subject.Denoiser(other), cancellation);
            using Tensor samples = other.Sampler.Run(denoiser, start, subject.NoiseSeed(other)).Sample;
            return Distance(samples, seed);
        }
    }

    /// <summary>Pictures are held against what a hundred steps of DDIM make of the same noise: the root mean square difference.</summary>
    private void Measure(
        Subject subject, Choice b, WalkRecord walk, Choice? a, WalkRecord? rival, Send send, CancellationToken cancellation)
    {
        double[] ofB = Differences(b, walk);
        double[]? ofA = a is null ? null : Differences(a, rival!);
        send("distance", new { metric = "difference to 100 steps, a pixel", b = ofB.Average(), a = ofA?.Average(), floor = 0.0 });
        if (ofA is not null)
        {
            SendDifference(Interval.OfRuns([.. ofA.Zip(ofB, (first, second) => first - second)]), $"{ofB.Length} pictures", send);
        }

        double[] Differences(Choice choice, WalkRecord record)
        {
            float[] target = references.Get((choice.Start, $"{choice.Schedule}", choice.Guidance), () => Reference(choice));
            float[] got = Encoded.Numbers(record.Samples);
            int pixels = got.Length / choice.Count;
            return [.. Enumerable.Range(0, choice.Count).Select(picture => Math.Sqrt(
                Enumerable.Range(picture * pixels, pixels).Average(i => Math.Pow((double)got[i] - target[i], 2))))];
        }

        float[] Reference(Choice choice)
        {
            var sampler = new Sampler(choice.Schedule, Stride.Trailing(Math.Min(100, choice.Schedule.T)));
            using Tensor start = subject.Start(choice);
            int taken = 0;
            var denoiser = new Watched(subject.Denoiser(choice), cancellation,
                () => send("progress", new { which = "reference", taken = ++taken, of = sampler.Timesteps.Count }));
            using Tensor pictures = sampler.Run(denoiser, start).Sample;
            return Encoded.Numbers(pictures);
        }
    }

    /// <summary>A − B, so that what is above 0 speaks for B.</summary>
    private static void SendDifference(Interval difference, string over, Send send) => send("difference", new
    {
        value = difference.Value,
        low = difference.Low,
        high = difference.High,
        over,
        better = difference.Low > 0 ? "B" : difference.High < 0 ? "A" : "neither",
    });

    private sealed class Shares(Action<double> report) : IProgress<double>
    {
        public void Report(double value) => report(value);
    }
}
