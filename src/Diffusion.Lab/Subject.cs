using static TorchSharp.torch;

namespace Diffusion.Lab;

/// <summary>What samples are drawn of: a denoiser, its start noise, and a distance to what should have come out.</summary>
internal abstract class Subject
{
    /// <summary>What the page calls it.</summary>
    public abstract string Name { get; }

    /// <summary>All that distinguishes it from any other.</summary>
    public abstract string Identity { get; }

    /// <summary>The shape of a sample, without N.</summary>
    public abstract IReadOnlyList<long> Shape { get; }

    /// <summary>Whether samples are pictures; else they are points.</summary>
    public bool ArePictures => Shape.Count == 3;

    /// <summary>N unless told.</summary>
    public int DefaultCount => ArePictures ? 16 : 2000;

    /// <summary>The largest N.</summary>
    public int MaxCount => ArePictures ? Limits.Pictures : Limits.Points;

    /// <summary>What <see cref="Distances"/> measures.</summary>
    public abstract string Metric { get; }

    /// <summary>Refuses a class or guidance that it cannot be asked for.</summary>
    public abstract void Require(int? asked, double guidance);

    /// <summary>The denoiser that a choice asks.</summary>
    public abstract IDenoiser Denoiser(Choice choice);

    /// <summary>The start noise, [N, …], in a new tensor.</summary>
    public abstract Tensor Start(int count, int seed);

    /// <summary>The seed of the noise along the way.</summary>
    public abstract int NoiseSeed(int seed);

    /// <summary>
    /// Distances that belong together in pairs for all choices of one course: one a run of the sampler, or one a sample.
    /// </summary>
    /// <param name="choice">The choice.</param>
    /// <param name="samples">What the choice's own walk ended with.</param>
    /// <param name="cancellation">Ends the work.</param>
    public abstract double[] Distances(Choice choice, Tensor samples, CancellationToken cancellation);

    /// <summary>What no sampler can fall below; null where that is not known.</summary>
    public abstract double? Floor(Choice choice, CancellationToken cancellation);

    /// <summary>True samples, [N, 2] in row order; null where they are not known.</summary>
    public abstract double[]? Truth(Choice choice);

    /// <summary>What searches for strides, and its progress.</summary>
    public abstract StrideFinder Finder(NoiseSchedule schedule);

    /// <summary>Samples to the end, unless cancelled.</summary>
    protected static Tensor Draw(Sampler sampler, IDenoiser denoiser, Tensor start, int seed, CancellationToken cancellation)
    {
        foreach (SamplingStep step in sampler.Walk(denoiser, start, seed))
        {
            cancellation.ThrowIfCancellationRequested();
            if (step.PreviousTimestep == 0)
            {
                return step.Next.alias();
            }
        }

        throw new InvalidOperationException("A walk ends at 0.");
    }
}
