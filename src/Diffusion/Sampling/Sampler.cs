using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A schedule, a stride and a step rule: everything that sampling needs besides a denoiser. K timesteps take K denoiser
/// calls, or nearly twice as many under <see cref="HeunRule"/>.
/// </summary>
/// <remarks>
/// <see cref="Walk(IDenoiser, Tensor, int)"/> yields after every step and is for looking; <see cref="Run(IDenoiser, Tensor, int)"/>
/// works in place and is for results. Both give the same numbers.
/// </remarks>
public sealed class Sampler
{
    private readonly NoiseSchedule chain;

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
        using SamplingRun run = Begin(denoiser, start, noise);
        Tensor x = start.clone().DetachFromDisposeScope();
        Tensor? next = null;
        SamplingStep? step = null;
        try
        {
            for (int k = Timesteps.Count; k >= 1; k--)
            {
                next = x.clone().DetachFromDisposeScope();
                run.Step(next, k, k - 1);
                step = Describe(k, x, next, run);
                yield return step;

                // The loop's body has read the terms, if at all, before the walk moves on and disposes what they need.
                step.DisposeTerms();
                x.Dispose();
                x = next;
            }
        }
        finally
        {
            step?.DisposeTerms();
            next?.Dispose();
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
        using var scope = NewDisposeScope();
        using SamplingRun run = Begin(denoiser, start, noise);
        Tensor x = start.clone();
        for (int k = Timesteps.Count; k >= 1; k--)
        {
            run.Step(x, k, k - 1);
        }

        return new(x.MoveToOuterDisposeScope(), run.Cost);
    }

    /// <summary>
    /// Inversion: walks a clean sample up to the largest timestep along the same ODE, so that <see cref="Run(IDenoiser, Tensor, int)"/>
    /// leads back to it, up to the rule's own error (Song et al. 2021, sec. 4.3).
    /// </summary>
    /// <param name="denoiser">The denoiser.</param>
    /// <param name="clean">x_0, [N, …]; it is not changed.</param>
    /// <returns>x at the largest timestep. As many denoiser calls as the way down.</returns>
    /// <exception cref="InvalidInputException">The rule adds noise, or the largest timestep has ᾱ = 0.</exception>
    public SamplingResult Encode(IDenoiser denoiser, Tensor clean)
    {
        int top = Timesteps.Count;
        if (Rule.Eta != 0)
        {
            throw new InvalidInputException("rule", $"{Rule}", "a rule without noise for encoding, such as ddim, heun or dpm++2m");
        }

        if (chain.AlphaBar(top) == 0)
        {
            throw new InvalidInputException("stride", $"ᾱ = 0 at timestep {Timesteps[^1]}",
                "a largest timestep with ᾱ above 0 for encoding: nothing of the sample is left at 0");
        }

        using var scope = NewDisposeScope();
        using SamplingRun run = Begin(denoiser, clean, new RecordedNoise([]));
        Tensor x = clean.clone();
        run.LeaveClean(x);
        for (int k = 1; k < top; k++)
        {
            run.Step(x, k, k + 1);
        }

        return new(x.MoveToOuterDisposeScope(), run.Cost);
    }

    private SamplingRun Begin(IDenoiser denoiser, Tensor start, INoiseSource noise) =>
        new(Rule, chain, denoiser, noise, Bound.For(start));

    private SamplingStep Describe(int k, Tensor noisy, Tensor next, SamplingRun run)
    {
        Jump jump = chain.Jump(k, k - 1);
        return new(Timesteps.Count - k, Timesteps[k - 1], k == 1 ? 0 : Timesteps[k - 2], jump, noisy, next, run.Cost,
            () => run.Explain(noisy, next, jump));
    }
}
