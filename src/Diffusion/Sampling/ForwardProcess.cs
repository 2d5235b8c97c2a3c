using static TorchSharp.torch;

namespace Diffusion;

/// <summary>The forward process of a schedule, in every form the article and this kit need.</summary>
/// <remarks>
/// The walks are lazy. A tensor that a walk yields belongs to the walk and is gone when the loop moves on; clone it to
/// keep it.
/// </remarks>
/// <param name="schedule">The noise schedule.</param>
public sealed class ForwardProcess(NoiseSchedule schedule)
{
    /// <summary>The closed form: x_t = √ᾱ_t·x0 + √(1−ᾱ_t)·ε in one line (Ho et al. 2020, eq. 4).</summary>
    /// <param name="x0">The clean sample, [N, …].</param>
    /// <param name="t">A timestep in 0..T.</param>
    /// <param name="noise">ε, of the shape of x0.</param>
    /// <returns>x_t, which the caller owns.</returns>
    /// <exception cref="InvalidInputException">The timestep lies outside its range, or the shapes differ.</exception>
    public Tensor At(Tensor x0, int t, Tensor noise)
    {
        TensorShapes.RequireSame(noise, x0, nameof(noise), "the shape of the sample");
        NoiseLevel level = schedule.Level(t);
        return Combine(level.SignalRate, x0, level.NoiseRate, noise);
    }

    /// <summary>One step: x_t = √α_t·x_{t−1} + √β_t·ε_t (Ho et al. 2020, eq. 2).</summary>
    /// <param name="previous">x_{t−1}, [N, …].</param>
    /// <param name="t">The timestep to go to, in 1..T.</param>
    /// <param name="noise">ε_t, of the shape of x_{t−1}.</param>
    /// <returns>x_t, which the caller owns.</returns>
    /// <exception cref="InvalidInputException">The timestep lies outside its range, or the shapes differ.</exception>
    public Tensor Step(Tensor previous, int t, Tensor noise)
    {
        TensorShapes.RequireSame(noise, previous, nameof(noise), "the shape of the sample");
        return Combine(Math.Sqrt(schedule.Alpha(t)), previous, Math.Sqrt(schedule.Beta(t)), noise);
    }

    /// <summary>x_1, x_2, …, x_T, each from the one before with fresh noise: the forward process itself.</summary>
    /// <param name="x0">The clean sample, [N, …].</param>
    /// <param name="seed">Equal seeds give equal walks.</param>
    public IEnumerable<(int Timestep, Tensor Sample)> FreshNoise(Tensor x0, int seed)
    {
        using var source = new SeededNoise(seed);
        using var noise = empty_like(x0).DetachFromDisposeScope();
        foreach (var step in Walk(x0, (x, t) =>
        {
            source.Fill(t - 1, noise);
            return Step(x, t, noise);
        }))
        {
            yield return step;
        }
    }

    /// <summary>
    /// The plain reading of the article's F: the forward steps with one fixed noise, x_i = √α_i·x_{i−1} + √β_i·ε.
    /// The noises no longer cancel, so it ends far too noisy (<see cref="FixedNoiseRate"/>).
    /// </summary>
    /// <param name="x0">The clean sample, [N, …].</param>
    /// <param name="noise">ε, of the shape of x0.</param>
    /// <exception cref="InvalidInputException">The shapes differ.</exception>
    public IEnumerable<(int Timestep, Tensor Sample)> FixedNoise(Tensor x0, Tensor noise)
    {
        TensorShapes.RequireSame(noise, x0, nameof(noise), "the shape of the sample");
        return Walk(x0, (x, t) => Step(x, t, noise));
    }

    /// <summary>
    /// The exact sequential form: x_i = √α_i·x_{i−1} + (√(1−ᾱ_i) − √α_i·√(1−ᾱ_{i−1}))·ε, which lands on the closed form
    /// at every i.
    /// </summary>
    /// <param name="x0">The clean sample, [N, …].</param>
    /// <param name="noise">ε, of the shape of x0.</param>
    /// <exception cref="InvalidInputException">The shapes differ.</exception>
    public IEnumerable<(int Timestep, Tensor Sample)> Exact(Tensor x0, Tensor noise)
    {
        TensorShapes.RequireSame(noise, x0, nameof(noise), "the shape of the sample");
        return Walk(x0, (x, i) => Combine(Math.Sqrt(schedule.Alpha(i)), x, ExactNoiseFactor(i), noise));
    }

    /// <summary>x_t by walking the exact sequential form, t forward steps: the article's process F.</summary>
    /// <param name="x0">The (estimated) clean sample, [N, …].</param>
    /// <param name="t">The timestep to stop at, in 0..T.</param>
    /// <param name="noise">The (estimated) noise, of the shape of x0.</param>
    /// <returns>x_t, which the caller owns.</returns>
    /// <exception cref="InvalidInputException">The timestep lies outside its range, or the shapes differ.</exception>
    public Tensor Sequential(Tensor x0, int t, Tensor noise)
    {
        schedule.Level(t);
        TensorShapes.RequireSame(noise, x0, nameof(noise), "the shape of the sample");
        Tensor x = x0.clone();
        for (int i = 1; i <= t; i++)
        {
            x.ScaleInPlace(Math.Sqrt(schedule.Alpha(i))).AddInPlace(noise, ExactNoiseFactor(i));
        }

        return x;
    }

    /// <summary>The factor of ε after t plain steps with one fixed noise, c_i = √α_i·c_{i−1} + √β_i. It should be √(1−ᾱ_t) ≤ 1.</summary>
    /// <param name="t">A timestep in 0..T.</param>
    /// <exception cref="InvalidInputException">The timestep lies outside 0..T.</exception>
    public double FixedNoiseRate(int t)
    {
        schedule.Level(t);
        double rate = 0;
        for (int i = 1; i <= t; i++)
        {
            rate = Math.Sqrt(schedule.Alpha(i)) * rate + Math.Sqrt(schedule.Beta(i));
        }

        return rate;
    }

    private double ExactNoiseFactor(int i) => schedule.Level(i).NoiseRate - Math.Sqrt(schedule.Alpha(i)) * schedule.Level(i - 1).NoiseRate;

    private IEnumerable<(int Timestep, Tensor Sample)> Walk(Tensor x0, Func<Tensor, int, Tensor> step)
    {
        // The walk outlives any dispose scope that is open in the loop's body, so its tensors belong to none.
        Tensor x = x0.clone().DetachFromDisposeScope();
        try
        {
            for (int t = 1; t <= schedule.T; t++)
            {
                Tensor next = InScope(x, t);
                x.Dispose();
                x = next;
                yield return (t, x);
            }
        }
        finally
        {
            x.Dispose();
        }

        Tensor InScope(Tensor current, int t)
        {
            using var scope = NewDisposeScope();
            return step(current, t).DetachFromDisposeScope();
        }
    }
}
