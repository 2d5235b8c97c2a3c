namespace Diffusion.Runtime;

/// <summary>Refuses what would end in the middle for want of memory, before it begins.</summary>
internal static class AvailableMemory
{
    /// <summary>The memory of this machine, or the part of it that the process may take.</summary>
    public static double Bytes { get; } = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;

    /// <summary>Refuses what takes more memory than there is.</summary>
    /// <param name="field">What asked for it.</param>
    /// <param name="what">What takes it.</param>
    /// <param name="bytes">How much.</param>
    /// <exception cref="InvalidInputException">It is too much.</exception>
    public static void Require(string field, string what, double bytes) => InvalidInputException.Require(
        bytes <= Bytes, field, $"{what}, which take {Size(bytes)}", $"what fits into the {Size(Bytes)} of memory here");

    private static string Size(double bytes) => FormattableString.Invariant($"{bytes / (1 << 30):0.#} GiB");
}
