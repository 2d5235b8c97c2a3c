using System.Diagnostics;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A schedule, a stride and a step rule: everything that sampling needs besides a denoiser. K timesteps take K denoiser
/// calls.
/// </summary>
/// <remarks>
/// <see cref="Walk(IDenoiser, Tensor, int)"/> yields after every step and is for looking; <see cref="Run(IDenoiser, Tensor, int)"/>
/// works in place and is for results. Both give the same numbers.
/// </remarks>
public sealed class Sampler
{
    private readonly NoiseSchedule chain;
    private readonly ForwardProcess chainForward;

    /// <summary>Any schedule, stride and rule together.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="stride">Which of its timesteps to visit; all of them if null.</param>
    /// <param name="rule">How to step; the sampling equation at η = 0 if null.</param>
    /// <exception cref="InvalidInputException">The stride does not fit the schedule.</exception>
    public Sampler(NoiseSchedule schedule, Stride? stride = null, StepRule? rule = null)
    {
        Schedule = schedule;
        Timesteps = (stride ?? Stride.Full).Timesteps(schedule);
        Rule = rule ?? new SamplingEquationRule();
        chain = schedule.Respace(Timesteps);
        chainForward = new ForwardProcess(chain);
    }

    /// <summary>The noise schedule.</summary>
    public NoiseSchedule Schedule { get; }

    /// <summary>τ_1 &lt; … &lt; τ_K, the timesteps visited; a walk goes from the last to the first, and then to 0.</summary>
    public IReadOnlyList<int> Timesteps { get; }

    /// <summary>How a step is taken.</summary>
    public StepRule Rule { get; }

    /// <summary>The bound on x̂0; by default ±1 for pictures and none for anything else.</summary>
    public SampleBound Bound { get; init; } = SampleBound.Automatic;

    /// <summary>The article's standard algorithm: x̂0 is noised again by the sequential process F. Quadratic on purpose.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="stride">Which timesteps to visit; all of them if null. F walks the respaced chain.</param>
    public static Sampler Standard(NoiseSchedule schedule, Stride? stride = null) => new(schedule, stride, new SequentialRule());

    /// <summary>The standard algorithm with F in closed form: the same samples at a linear cost.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="stride">Which timesteps to visit; all of them if null.</param>
    public static Sampler ClosedForm(NoiseSchedule schedule, Stride? stride = null) => new(schedule, stride, new ClosedFormRule());

    /// <summary>Stride sampling with the sampling equation.</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="stride">Which timesteps to visit.</param>
    /// <param name="eta">η in [0, 1]: 0 gives one sample for one start, 1 is ancestral.</param>
    public static Sampler Strided(NoiseSchedule schedule, Stride stride, double eta = 0) => new(schedule, stride, new SamplingEquationRule(eta));

    /// <summary>Ancestral sampling (Ho et al. 2020, algorithm 2).</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="stride">Which timesteps to visit; all of them if null.</param>
    /// <param name="variance">β̃ or β.</param>
    public static Sampler Ancestral(NoiseSchedule schedule, Stride? stride = null, ReverseVariance variance = ReverseVariance.Small) =>
        new(schedule, stride, new AncestralRule(variance));

    /// <summary>x_T ~ N(0, I), to start from.</summary>
    /// <param name="shape">[N, …].</param>
    /// <param name="seed">Equal seeds give equal starts.</param>
    /// <param name="type">Float32 by default.</param>
    public static Tensor Start(long[] shape, int seed, ScalarType type = ScalarType.Float32)
    {
        using var generator = new Generator((ulong)seed, CPU);
        return randn(shape, type, generator: generator);
    }

    /// <summary>Samples lazily: yields after every step, and stops when the loop does.</summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="start">x at the largest timestep, [N, …]; it is not changed.</param>
    /// <param name="seed">The seed of the random term.</param>
    /// <returns>K steps whose tensors belong to the walk: clone what you keep.</returns>
    public IEnumerable<SamplingStep> Walk(IDenoiser denoiser, Tensor start, int seed = 0)
    {
        using var noise = new SeededNoise(seed);
        foreach (SamplingStep step in Walk(denoiser, start, noise))
        {
            yield return step;
        }
    }

    /// <summary>The same with the random term's noise from elsewhere.</summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="start">x at the largest timestep, [N, …]; it is not changed.</param>
    /// <param name="noise">Where z comes from.</param>
    public IEnumerable<SamplingStep> Walk(IDenoiser denoiser, Tensor start, INoiseSource noise)
    {
        double? bound = Bound.For(start);
        Cost cost = default;
        Tensor x = start.clone().DetachFromDisposeScope();
        Taken? taken = null;
        SamplingStep? step = null;
        try
        {
            for (int k = Timesteps.Count; k >= 1; k--)
            {
                int index = Timesteps.Count - k;
                long began = Stopwatch.GetTimestamp();
                taken = Take(denoiser, x, k, index, noise, bound, inPlace: false).Detach();
                cost += new Cost(1, taken.ForwardSteps, Stopwatch.GetElapsedTime(began));

                // The loop's body reads the terms, if at all, before the walk moves on and disposes what they need.
                Tensor noisy = x;
                Taken now = taken;
                step = new(index, Timesteps[k - 1], k == 1 ? 0 : Timesteps[k - 2], now.Jump, noisy, now.Next, cost, () => Explain(noisy, now, bound));
                yield return step;

                step.DisposeTerms();
                x.Dispose();
                x = taken.Next;
                taken.DisposeAllButNext();
            }
        }
        finally
        {
            step?.DisposeTerms();
            taken?.DisposeAllButNext();
            taken?.Next.Dispose();
            x.Dispose();
        }
    }

    /// <summary>Samples to the end, in place.</summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="start">x at the largest timestep, [N, …]; it is not changed.</param>
    /// <param name="seed">The seed of the random term.</param>
    public SamplingResult Run(IDenoiser denoiser, Tensor start, int seed = 0)
    {
        using var noise = new SeededNoise(seed);
        return Run(denoiser, start, noise);
    }

    /// <summary>The same with the random term's noise from elsewhere.</summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="start">x at the largest timestep, [N, …]; it is not changed.</param>
    /// <param name="noise">Where z comes from.</param>
    public SamplingResult Run(IDenoiser denoiser, Tensor start, INoiseSource noise)
    {
        long began = Stopwatch.GetTimestamp();
        double? bound = Bound.For(start);
        long forwardSteps = 0;
        using var scope = NewDisposeScope();
        Tensor x = start.clone();
        for (int k = Timesteps.Count; k >= 1; k--)
        {
            Taken taken = Take(denoiser, x, k, Timesteps.Count - k, noise, bound, inPlace: true);
            taken.DisposeAllButNext();
            forwardSteps += taken.ForwardSteps;
            if (!ReferenceEquals(taken.Next, x))
            {
                x.Dispose();
                x = taken.Next;
            }
        }

        return new(x.MoveToOuterDisposeScope(), new(Timesteps.Count, forwardSteps, Stopwatch.GetElapsedTime(began)));
    }

    /// <summary>The step from τ_k to τ_{k−1}; τ_0 is 0.</summary>
    private Taken Take(IDenoiser denoiser, Tensor x, int k, int index, INoiseSource noise, double? bound, bool inPlace)
    {
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        Jump jump = chain.Jump(k, k - 1);
        StepCoefficients coefficients = k == 1 ? StepCoefficients.ToClean : Rule.Coefficients(jump);
        Prediction prediction = denoiser.Predict(x, jump.From);
        TensorShapes.RequireSame(prediction.Value, x, "the denoiser's answer", "the shape of its input");
        if (prediction.Target == PredictionTarget.Noise)
        {
            Prediction.RefusePureNoise(jump.From);
        }

        Tensor? z = null;
        if (coefficients.Random > 0)
        {
            z = empty_like(x);
            noise.Fill(index, z);
        }

        Tensor next;
        int forwardSteps = 0;
        if (Rule is SequentialRule)
        {
            var (sample, estimated) = SamplingEquation.Estimates(x, prediction, jump.From, bound);
            forwardSteps = k - 1;
            next = chainForward.Sequential(sample, forwardSteps, estimated);
        }
        else
        {
            next = inPlace ? x : x.clone();
            if (bound is { } limit)
            {
                var sample = prediction.EstimatedSample(x, jump.From).clamp_(-limit, limit);
                next.mul_(coefficients.Noisy).add_(sample, alpha: coefficients.Sample);
            }
            else
            {
                var (perNoisy, perValue) = coefficients.For(prediction.Target, jump.From);
                next.mul_(perNoisy).add_(prediction.Value, alpha: perValue);
            }

            if (z is not null)
            {
                next.add_(z, alpha: coefficients.Random);
            }
        }

        if (!ReferenceEquals(next, x))
        {
            next.MoveToOuterDisposeScope();
        }

        prediction.Value.MoveToOuterDisposeScope();
        prediction.Noise?.MoveToOuterDisposeScope();
        z?.MoveToOuterDisposeScope();
        return new(jump, prediction, coefficients, z, next, forwardSteps);
    }

    private SamplingTerms Explain(Tensor x, Taken taken, double? bound) => SamplingEquation.Terms(
        x, taken.Prediction, taken.Jump, Rule.Eta, taken.Coefficients.Random, taken.Z, bound,
        Rule is SequentialRule ? taken.Next : null);

    /// <summary>A step that was taken, with what its terms are computed from.</summary>
    private sealed record Taken(Jump Jump, Prediction Prediction, StepCoefficients Coefficients, Tensor? Z, Tensor Next, int ForwardSteps)
    {
        /// <summary>A walk outlives any dispose scope that is open in its loop's body, so its tensors belong to none.</summary>
        public Taken Detach()
        {
            Next.DetachFromDisposeScope();
            Prediction.Value.DetachFromDisposeScope();
            Prediction.Noise?.DetachFromDisposeScope();
            Z?.DetachFromDisposeScope();
            return this;
        }

        public void DisposeAllButNext()
        {
            Prediction.Value.Dispose();
            Prediction.Noise?.Dispose();
            Z?.Dispose();
        }
    }
}
