using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>A walk as the page shows it: pictures of the way, every term of every step for one sample, and what it cost.</summary>
internal sealed class WalkRecord : IDisposable
{
    // What the scrubber shows of a long walk: more cannot be told apart.
    private const int MaxFrames = 60;

    private WalkRecord(
        Tensor samples, IReadOnlyList<object> frames, IReadOnlyList<object> steps, IReadOnlyList<double[]> path, Cost cost) =>
        (Samples, Frames, Steps, Path, Cost) = (samples, frames, steps, path, cost);

    /// <summary>The samples at t = 0, [N, …].</summary>
    public Tensor Samples { get; }

    /// <summary>x_t and x̂0 at up to 60 steps of the way.</summary>
    public IReadOnlyList<object> Frames { get; }

    /// <summary>Of every step its timesteps, its factors and its terms.</summary>
    public IReadOnlyList<object> Steps { get; }

    /// <summary>Where the followed point was, from x_T to the sample; empty for pictures.</summary>
    public IReadOnlyList<double[]> Path { get; }

    public Cost Cost { get; }

    /// <summary>Walks, and records.</summary>
    /// <param name="choice">What to sample, and how.</param>
    /// <param name="subject">Its subject.</param>
    /// <param name="follow">The sample whose path and terms are kept.</param>
    /// <param name="step">Told the steps taken, and of how many.</param>
    /// <param name="cancellation">Ends the walk before the next call of the denoiser.</param>
    public static WalkRecord Of(Choice choice, Subject subject, int follow, Action<int, int> step, CancellationToken cancellation)
    {
        Sampler sampler = choice.Sampler;
        int K = sampler.Timesteps.Count, every = (K + MaxFrames - 1) / MaxFrames;
        List<object> frames = [], steps = [];
        List<double[]> path = [];
        using Tensor start = subject.Start(choice);
        follow = Math.Min(follow, choice.Count - 1);
        bool pictures = start.dim() == 4;
        Tensor? samples = null;
        Cost cost = default;
        foreach (SamplingStep now in sampler.Walk(new Watched(subject.Denoiser(choice), cancellation), start, subject.NoiseSeed(choice)))
        {
            using var scope = NewDisposeScope();
            bool last = now.PreviousTimestep == 0;
            if (now.Index % every == 0 || last)
            {
                frames.Add(new
                {
                    step = now.Index,
                    t = now.Timestep,
                    x = Encoded.Of(now.Noisy, pictures),
                    estimate = Encoded.Of(now.EstimatedSample, pictures),
                });
            }

            steps.Add(Terms(now, sampler.Rule, follow, pictures));
            if (!pictures)
            {
                path.Add(Encoded.Row(now.Noisy, follow));
            }

            if (last)
            {
                samples = now.Next.clone().DetachFromDisposeScope();
                if (!pictures)
                {
                    path.Add(Encoded.Row(now.Next, follow));
                }
            }

            cost = now.Cost;
            step(now.Index + 1, K);
        }

        return new(samples!, frames, steps, path, cost);
    }

    public void Dispose() => Samples.Dispose();

    /// <summary>Factors and terms of a step: both coordinates of the followed point, or the root mean square over a picture.</summary>
    private static object Terms(SamplingStep step, StepRule rule, int follow, bool pictures)
    {
        Transition transition = step.Transition;
        double sigma = step.PreviousTimestep == 0 ? 0 : rule.Sigma(transition);
        return new
        {
            t = step.Timestep,
            s = step.PreviousTimestep,
            alphaBarT = transition.From.AlphaBar,
            alphaBarS = transition.To.AlphaBar,
            signal = transition.To.SignalRate,
            direction = transition.DirectionFactor(rule.Eta),
            sigma,
            x = Term(step.Noisy),
            estimate = Term(step.EstimatedSample),
            noise = Term(step.EstimatedNoise),
            scaled = Term(step.ScaledPrevious),
            random = Term(step.RandomTerm),
            next = Term(step.Next),
        };

        double[] Term(Tensor term)
        {
            using var scope = NewDisposeScope();
            return pictures
                ? [Math.Sqrt(Encoded.Numbers(term[follow]).Average(number => (double)number * number))]
                : Encoded.Row(term, follow);
        }
    }
}

/// <summary>A denoiser that ends its walk when nobody waits for it any more.</summary>
internal sealed class Watched(IDenoiser denoiser, CancellationToken cancellation, Action? called = null) : IDenoiser
{
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        cancellation.ThrowIfCancellationRequested();
        called?.Invoke();
        return denoiser.Predict(x, level);
    }
}
