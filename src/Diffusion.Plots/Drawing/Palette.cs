namespace Diffusion.Plots.Drawing;

/// <summary>
/// The colours of Okabe and Ito (2008), which readers with any colour vision tell apart. Their black and
/// yellow are left out: one vanishes on a dark page, the other on a light one.
/// </summary>
internal static class Palette
{
    /// <summary>Replaced on the page by the colour of the page's own text.</summary>
    public const string Ink = "ink";

    /// <summary>A still cannot ask the page for its colour; this grey has a contrast of 4.5 on white and 4.6 on black.</summary>
    public const string StillInk = "#777777";

    private static readonly string[] Colours = ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9"];
    private static readonly string[] Dashes = ["solid", "dash", "dot", "dashdot"];
    private static readonly string[] Symbols = ["circle", "diamond", "square", "cross", "triangle-up", "x"];

    public static string Colour(int index) => Colours[index % Colours.Length];

    /// <summary>Curves beyond the last colour start over with another dash.</summary>
    public static string Dash(int index) => Dashes[index / Colours.Length % Dashes.Length];

    public static string Symbol(int index) => Symbols[index % Symbols.Length];

    public static string StillColour(string colour) => colour == Ink ? StillInk : colour;
}
