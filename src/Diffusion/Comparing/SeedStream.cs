namespace Diffusion.Comparing;

/// <summary>
/// What is added to a seed for each thing that is drawn from it: a start and data drawn by one generator from one seed
/// would share their numbers.
/// </summary>
internal static class SeedStream
{
    /// <summary>True samples.</summary>
    public const int Data = 1_000_000;

    /// <summary>More true samples, to compare true samples with.</summary>
    public const int OtherData = 2_000_000;

    /// <summary>Noise along the way.</summary>
    public const int Noise = 3_000_000;

    /// <summary>Seeds below this have streams of their own.</summary>
    public const int Seeds = 1_000_000;
}
