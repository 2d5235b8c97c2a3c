namespace Diffusion.Lab;

/// <summary>A state to take along: as a cell, as a command, as an entry of notebook 9's leaderboard.</summary>
internal static class TakeAlong
{
    public static string CSharp(Choice choice) => "";

    public static string? Command(Choice choice) => null;

    public static string? Leaderboard(Choice choice, long calls, double[] distances) => null;
}
