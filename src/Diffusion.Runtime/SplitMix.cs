namespace Diffusion.Runtime;

/// <summary>
/// SplitMix64 (Steele, Lea and Flood 2014): a stream of random numbers for every (seed, index), so that the n-th picture is
/// the same whichever thread paints it.
/// </summary>
internal struct SplitMix(int seed, long index)
{
    private const ulong Golden = 0x9E3779B97F4A7C15;

    // Twice through the mixer: seeds and indices that differ by one must share nothing.
    private ulong state = Mix(Mix((ulong)(uint)seed + Golden) + (ulong)index * Golden);

    public double Uniform() => (Bits() >> 11) * (1.0 / (1ul << 53));

    public double Between(double low, double high) => low + (high - low) * Uniform();

    /// <summary>Between the two, and more often near their middle.</summary>
    public double Around(double low, double high) => low + (high - low) * (Uniform() + Uniform()) / 2;

    /// <summary>A whole number below the count.</summary>
    public int Below(int count) => (int)(((UInt128)Bits() * (ulong)count) >> 64);

    public bool Chance(double probability) => Uniform() < probability;

    /// <summary>Two independent standard Gaussian numbers (Box and Muller 1958).</summary>
    public (double First, double Second) Gaussians()
    {
        double radius = Math.Sqrt(-2 * Math.Log(1 - Uniform()));
        var (sine, cosine) = Math.SinCos(2 * Math.PI * Uniform());
        return (radius * cosine, radius * sine);
    }

    /// <summary>One seed of several numbers, far from the seeds of their neighbours.</summary>
    public static ulong Seed(params ReadOnlySpan<ulong> parts)
    {
        ulong seed = 0;
        foreach (ulong part in parts)
        {
            seed = Mix(seed + part + Golden);
        }

        return seed;
    }

    private ulong Bits() => Mix(state += Golden);

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
