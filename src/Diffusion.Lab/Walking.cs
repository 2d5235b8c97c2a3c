using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>Takes a walk and notes what the page shows of it.</summary>
internal static class Walking
{
    private const int Columns = 8;

    /// <summary>Walks.</summary>
    /// <param name="choice">The choice.</param>
    /// <param name="look">Told the step taken, and a text of the samples that is made when it is asked for.</param>
    /// <param name="cancellation">Ends the walk.</param>
    public static Walked Walk(Choice choice, Action<SamplingStep, Func<string>> look, CancellationToken cancellation)
    {
        Sampler sampler = choice.Sampler;
        Subject subject = choice.Subject;
        int steps = sampler.Timesteps.Count;
        using Tensor start = subject.Start(choice.Count, choice.Seed);
        var terms = new List<StepTerms>();
        var frames = new List<Frame>();
        var path = new List<double>();
        Cost cost = default;
        double[] x = Floats.Of(start);
        string shown = "";
        foreach (SamplingStep step in sampler.Walk(subject.Denoiser(choice), start, subject.NoiseSeed(choice.Seed)))
        {
            cancellation.ThrowIfCancellationRequested();
            double[] next = Floats.Of(step.Next);
            terms.Add(Terms(step, sampler.Rule, choice, x, next));
            Follow(x);
            if (IsShown(step.Index, steps))
            {
                frames.Add(new(
                    step.Index, step.Timestep, Some(step.Noisy), Some(step.EstimatedSample), subject.ArePictures ? Strip(step) : null));
            }

            look(step, () => Some(step.Next));
            if (step.PreviousTimestep == 0)
            {
                cost = step.Cost;
                shown = subject.ArePictures ? Floats.Png(step.Next, Columns) : Floats.Base64(next);
                Follow(next);
                frames.Add(new(steps, 0, Some(step.Next), null, null));
            }

            x = next;
        }

        return new(
            shown,
            subject.ArePictures ? new(Math.Min(Columns, choice.Count), choice.Count, subject.Shape[1], subject.Shape[2]) : null,
            subject.ArePictures ? null : new FollowedPath(choice.Follow, Floats.Base64([.. path])),
            terms,
            new(cost.DenoiserCalls, cost.ForwardSteps, steps * (steps - 1L) / 2, cost.Elapsed.TotalSeconds),
            frames,
            x);

        void Follow(double[] points)
        {
            if (!subject.ArePictures)
            {
                path.AddRange(choice.Follow.SelectMany(place => new[] { points[2 * place], points[2 * place + 1] }));
            }
        }

        string Some(Tensor all)
        {
            using Tensor some = all.narrow(0, 0, Math.Min(choice.Count, subject.ArePictures ? Limits.FramePictures : Limits.FramePoints));
            return subject.ArePictures ? Floats.Png(some, Columns) : Floats.Base64(Floats.Of(some));
        }

        string Strip(SamplingStep step)
        {
            using var scope = NewDisposeScope();
            return Floats.Png(
                cat([.. new[] { step.Noisy, step.EstimatedSample, step.EstimatedNoise, step.ScaledPrevious, step.RandomTerm, step.Next }
                    .Select(term => term.narrow(0, choice.Follow[0], 1))]),
                columns: 6);
        }
    }

    private static bool IsShown(int index, int steps) => steps <= Limits.Frames
        || index == 0 || index == steps - 1
        || index * (Limits.Frames - 1) / (steps - 1) != (index - 1) * (Limits.Frames - 1) / (steps - 1);

    private static StepTerms Terms(SamplingStep step, StepRule rule, Choice choice, double[] x, double[] next)
    {
        Transition transition = step.Transition;
        double signal = transition.To.SignalRate;
        double[] scaled = Floats.Of(step.ScaledPrevious), sample = [.. Floats.Of(step.EstimatedSample).Select(number => signal * number)];
        double[] direction = [.. scaled.Zip(sample, (whole, part) => whole - part)];
        double[] noise = [.. next.Zip(scaled, (whole, part) => whole - part)];
        return new(
            step.Timestep, step.PreviousTimestep, transition.From.AlphaBar, transition.To.AlphaBar,
            Term(signal, sample),
            Term(transition.DirectionFactor(rule.Eta), direction),
            Term(step.PreviousTimestep == 0 ? 0 : rule.Sigma(transition), noise),
            Floats.Rms(x), Floats.Rms(next));

        Term Term(double coefficient, double[] product)
        {
            int place = 2 * choice.Follow[0];
            return new(coefficient, Floats.Rms(product), choice.Subject.ArePictures ? null : product[place..(place + 2)]);
        }
    }
}
