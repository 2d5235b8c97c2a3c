using System.Diagnostics;
using Diffusion.Native;
using static TorchSharp.torch;

namespace Diffusion;

/// <summary>
/// A run of a rule along a chain of levels: what a step works with, and what the step before left. Its tensors belong to
/// no dispose scope, because a walk outlives any scope that is open in its loop's body.
/// </summary>
/// <param name="rule">How a step is taken.</param>
/// <param name="chain">The levels 0..K that the run visits.</param>
/// <param name="denoiser">The denoiser.</param>
/// <param name="noise">Where z comes from.</param>
/// <param name="bound">x̂0 is clipped to ±bound; null for no bound.</param>
internal sealed class SamplingRun(StepRule rule, NoiseSchedule chain, IDenoiser denoiser, INoiseSource noise, double? bound) : IDisposable
{
    // So many numbers a step are sooner done by one thread than shared out. And libtorch's threads wait actively for some
    // milliseconds when they have had a part, which a network that comes next would have to do without.
    private const long WorthSharing = 1 << 20;

    private readonly int threads = get_num_threads();
    private Prediction? estimate;
    private Tensor? z;
    private double sigma;
    private int stepsTaken;
    private int target;

    /// <summary>What all steps have cost so far.</summary>
    public Cost Cost { get; private set; }

    /// <summary>What a multistep rule keeps for the next step: this step's jump and its x̂0, which the run owns.</summary>
    public (Jump Jump, Tensor Sample)? Memory
    {
        get;
        set
        {
            field?.Sample.Dispose();
            value?.Sample.DetachFromDisposeScope();
            field = value;
        }
    }

    /// <summary>Takes x from one level of the chain to another, in place.</summary>
    public void Step(Tensor x, int from, int to)
    {
        long began = Stopwatch.GetTimestamp();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        using var few = TorchThreads.Use(x.numel() < WorthSharing ? 1 : threads);
        estimate?.Dispose();
        estimate = null;
        sigma = 0;
        target = to;
        Prediction used = rule.Step(x, new Jump(chain.Level(from), chain.Level(to)), this);
        used.Value.DetachFromDisposeScope();
        used.Noise?.DetachFromDisposeScope();
        estimate = used;
        stepsTaken++;
        Cost += new Cost(0, 0, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>
    /// The first step upwards, from the clean sample to level 1. What a sampler's last step does in reverse is the x_1
    /// whose x̂0 is x_0; x_1 = √ᾱ_1·x_0 + √(1−ᾱ_1)·ε̂ with ε̂ asked at √ᾱ_1·x_0 comes within O(1−ᾱ_1) of it, and asks nothing
    /// of the denoiser at ᾱ = 1.
    /// </summary>
    public void LeaveClean(Tensor x)
    {
        long began = Stopwatch.GetTimestamp();
        using var noGradient = no_grad();
        using var scope = NewDisposeScope();
        NoiseLevel level = chain.Level(1);
        x.ScaleInPlace(level.SignalRate);
        using Prediction prediction = Predict(x, level);
        x.AddInPlace(prediction.EstimatedNoise(x, level), level.NoiseRate);
        Cost += new Cost(0, 0, Stopwatch.GetElapsedTime(began));
    }

    /// <summary>The denoiser's answer, with x̂0 inside the bound and ε̂ in keeping with it. The caller owns it.</summary>
    public Prediction Predict(Tensor x, NoiseLevel level)
    {
        Prediction answer = Ask(x, level);
        if (Cost.DenoiserCalls == 0)
        {
            TensorShapes.RequireSame(answer.Value, x, "the denoiser's answer", "the shape of its input");
        }

        Cost += new Cost(1, 0, TimeSpan.Zero);
        if (answer.Target == PredictionTarget.Noise)
        {
            Prediction.RefusePureNoise(level);
        }

        if (bound is not { } limit)
        {
            return answer;
        }

        Tensor sample = answer.EstimatedSample(x, level).ClampInPlace(limit);
        answer.Dispose();
        return new(PredictionTarget.Sample, sample);
    }

    private Prediction Ask(Tensor x, NoiseLevel level)
    {
        using var all = TorchThreads.Use(threads);
        return denoiser.Predict(x, level);
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
        Cost += new Cost(0, target, TimeSpan.Zero);
        return new ForwardProcess(chain).Sequential(sample, target, estimatedNoise);
    }

    /// <summary>The random term: adds σ·z with fresh z.</summary>
    public void AddNoise(Tensor x, double sigma)
    {
        z ??= empty_like(x).DetachFromDisposeScope();
        noise.Fill(stepsTaken, z);
        x.AddInPlace(z, sigma);
        this.sigma = sigma;
    }

    /// <summary>Every term of the step just taken, from the x_t it started at and the x_s it reached.</summary>
    public SamplingTerms Explain(Tensor x, Tensor next, Jump jump) => SamplingEquation.Terms(
        x, estimate!.Value, jump, rule.Eta, sigma, sigma > 0 ? z : null, bound: null, rule is SequentialRule ? next : null);

    /// <inheritdoc/>
    public void Dispose()
    {
        estimate?.Dispose();
        Memory = null;
        z?.Dispose();
    }
}
