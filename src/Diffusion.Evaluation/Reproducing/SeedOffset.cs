namespace Diffusion.Evaluation;

/// <summary>
/// What is added to a seed for each thing that is drawn from it: a start and data drawn by one generator from one seed
/// would share their numbers.
/// </summary>
internal static class SeedOffset
{
    /// <summary>True samples.</summary>
    public const int Data = 1_000_000;

    /// <summary>More true samples, to compare true samples with.</summary>
    public const int OtherData = 2_000_000;

    /// <summary>Noise along the way.</summary>
    public const int Noise = 3_000_000;

    /// <summary>Seeds up to this one share nothing with those of another offset.</summary>
    public const int MaxSeed = Data - 1;

    /// <summary>The seed of the noise along the way of one part of a set: no two parts of any two sets share it.</summary>
    /// <param name="seed">The set's seed.</param>
    /// <param name="first">The part's first sample.</param>
    public static int NoiseOfPart(int seed, int first) => unchecked((seed * 1_000_003 + first + 1) & int.MaxValue);
}
