namespace Diffusion.Plots;

/// <summary>Which axes of a chart are logarithmic.</summary>
[Flags]
public enum LogAxes
{
    /// <summary>Both are linear.</summary>
    None = 0,

    /// <summary>The horizontal one.</summary>
    X = 1,

    /// <summary>The vertical one.</summary>
    Y = 2,

    /// <summary>Both.</summary>
    Both = X | Y,
}
