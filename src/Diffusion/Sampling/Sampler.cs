using System.Diagnostics;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A schedule, a stride and a step rule: everything that sampling needs besides a denoiser. K timesteps take K denoiser
/// calls, or nearly twice as many under <see cref="HeunRule"/>.
/// </summary>
/// <remarks>
/// <see cref="Walk(IDenoiser, Tensor, int)"/> yields after every step and is for looking; <see cref="Run(IDenoiser, Tensor, int)"/>
/// walks to the end and is for results.
/// </remarks>
public sealed partial class Sampler
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
    public Clipping Clipping { get; init; } = Clipping.Automatic;

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
    public static Sampler Strided(NoiseSchedule schedule, Stride stride, double eta = 0) =>
        new(schedule, stride, new SamplingEquationRule(eta));

    /// <summary>Ancestral sampling (Ho et al. 2020, algorithm 2).</summary>
    /// <param name="schedule">The noise schedule.</param>
    /// <param name="stride">Which timesteps to visit; all of them if null.</param>
    /// <param name="variance">β̃ or β.</param>
    public static Sampler Ancestral(NoiseSchedule schedule, Stride? stride = null, ReverseVariance variance = ReverseVariance.Small) =>
        new(schedule, stride, new AncestralRule(variance));

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
        using var run = new SamplingRun(Rule, chain, denoiser, noise, Clipping.For(start));
        Tensor x = start.alias().DetachFromDisposeScope();
        try
        {
            for (int k = Timesteps.Count; k >= 1; k--)
            {
                using SamplingTerms terms = run.Step(x, k, k - 1);
                yield return new(
                    Timesteps.Count - k, Timesteps[k - 1], k == 1 ? 0 : Timesteps[k - 2], chain.Transition(k, k - 1), x, terms, run.Cost);
                x.Dispose();
                x = terms.Next.alias().DetachFromDisposeScope();
            }
        }
        finally
        {
            x.Dispose();
        }
    }

    /// <summary>Samples to the end.</summary>
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
        SamplingResult result = default;
        foreach (SamplingStep step in Walk(denoiser, start, noise))
        {
            if (step.PreviousTimestep == 0)
            {
                result = new(step.Next.alias(), step.Cost);
            }
        }

        return result;
    }
}

/// <summary>
/// A run of a rule along a chain of levels: what a step works with, and what the step before left. Its tensors belong to
/// no dispose scope, because a walk outlives any scope that is open in its loop's body.
/// </summary>
/// <param name="rule">How a step is taken.</param>
/// <param name="chain">The levels 0..K that the run visits.</param>
/// <param name="denoiser">The denoiser.</param>
/// <param name="noise">Where z comes from.</param>
/// <param name="clip">x̂0 is clipped to ±clip; null for no clipping.</param>
internal sealed class SamplingRun(StepRule rule, NoiseSchedule chain, IDenoiser denoiser, INoiseSource noise, double? clip) : IDisposable
{
    private Tensor? z;
    private int stepsTaken;
    private int destination;

    /// <summary>What all steps have cost so far.</summary>
    public Cost Cost { get; private set; }

    /// <summary>What a multistep rule keeps for the next step: this step's x̂0, which the run owns.</summary>
    public (Transition Transition, Tensor Sample)? PreviousEstimate
    {
        get;
        set
        {
            field?.Sample.Dispose();
            value?.Sample.DetachFromDisposeScope();
            field = value;
        }
    }

    /// <summary>One step t → s along the chain: x̂0 and ε̂ from the rule's estimate, then the sampling equation.</summary>
    /// <returns>Every term of the step, x_s among them, which the caller owns.</returns>
    public SamplingTerms Step(Tensor x, int from, int to)
    {
        long began = Stopwatch.GetTimestamp();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        var transition = new Transition(chain.Level(from), chain.Level(to));
        destination = to;
        Prediction estimate = rule.Estimate(x, transition, this);
        Tensor sample = estimate.EstimatedSample(x, transition.From), epsilon = estimate.EstimatedNoise(x, transition.From);
        double sigma = transition.To == NoiseLevel.Clean ? 0 : rule.Sigma(transition);

        // Song et al. 2021, eq. 12: x_s = √ᾱ_s·x̂0 + √(1−ᾱ_s−σ²)·ε̂ + σ·z. Under the root stands σ(η); ddpm:large draws with more.
        SamplingTerms terms = SamplingEquation.Sum(
            sample, epsilon, rule.Scaled(sample, epsilon, transition, this), sigma, sigma > 0 ? FreshNoise(x) : null);
        stepsTaken++;
        Cost += new Cost(0, 0, Stopwatch.GetElapsedTime(began));
        return terms;
    }

    /// <summary>The denoiser's answer, with x̂0 clipped and ε̂ in keeping with it. The caller owns it.</summary>
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        Prediction answer = denoiser.Predict(x, level);
        if (Cost.DenoiserCalls == 0)
        {
            answer.RequireShapeOf(x, "the denoiser's answer");
        }

        Cost += new Cost(1, 0, TimeSpan.Zero);
        if (answer.Target == PredictionTarget.Noise)
        {
            Prediction.RefusePureNoise(level);
        }

        if (clip is not { } limit)
        {
            return answer;
        }

        using (answer)
        {
            return answer.Clipped(x, level, limit);
        }
    }

    /// <summary>x̂0, a tensor that the caller owns.</summary>
    public Tensor EstimatedSample(Tensor x, NoiseLevel level)
    {
        using Prediction prediction = Predict(x, level);
        return prediction.EstimatedSample(x, level);
    }

    /// <summary>x̂0 noised again by the sequential process F, up to the level that this step goes to.</summary>
    public Tensor Renoise(Tensor sample, Tensor estimatedNoise)
    {
        Cost += new Cost(0, destination, TimeSpan.Zero);
        return new ForwardProcess(chain).Sequential(sample, destination, estimatedNoise);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        PreviousEstimate = null;
        z?.Dispose();
    }

    /// <summary>This step's z ~ N(0, I), in memory that the next step uses again.</summary>
    private Tensor FreshNoise(Tensor x)
    {
        z ??= empty_like(x).DetachFromDisposeScope();
        noise.Fill(stepsTaken, z);
        return z;
    }
}
