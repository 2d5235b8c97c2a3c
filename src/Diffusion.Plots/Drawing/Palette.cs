using System.Text.Json;

namespace Diffusion.Plots.Drawing;

/// <summary>
/// The colours of Okabe and Ito (2008), which readers with any colour vision tell apart, without their black and
/// yellow. Orange and sky blue are too pale for a white page; there a brown and an indigo take their place.
/// </summary>
internal static class Palette
{
    /// <summary>Replaced on the page by the colour of the page's own text.</summary>
    public const string Ink = "ink";

    /// <summary>An image cannot ask the page for its colour; this grey has a contrast of 4.5 on white and 4.7 on black.</summary>
    public const string StaticInk = "#777777";

    /// <summary>Plotly and SVG both read dashes and gaps as lengths.</summary>
    public const string LongDash = "8px,4px", ShortDash = "3px,3px";

    /// <summary>Each colour for dark pages, for light pages, and for images, which cannot know.</summary>
    public static readonly (string Dark, string Light, string Static)[] Colours =
    [
        ("#0072B2", "#0072B2", "#0072B2"),
        ("#D55E00", "#D55E00", "#D55E00"),
        ("#009E73", "#009E73", "#009E73"),
        ("#CC79A7", "#CC79A7", "#CC79A7"),
        ("#E69F00", "#7A4A00", "#B07D00"),
        ("#56B4E9", "#332288", "#3A97CC"),
    ];

    private static readonly string?[] Dashes = [null, LongDash, ShortDash, "8px,3px,3px,3px"];
    private static readonly string[] Symbols = ["circle", "diamond", "square", "cross", "triangle-up", "x"];

    /// <summary>The colours as the page's script takes them: for dark pages and for light ones.</summary>
    public static string Json =>
        JsonSerializer.Serialize(Colours.Select(colour => new[] { colour.Dark, colour.Light }), JsonReading.Options);

    public static string Colour(int index) => Colours[index % Colours.Length].Dark;

    /// <summary>Curves beyond the fourth are dashed: more colours are not safe to tell apart.</summary>
    public static string? Dash(int index) => Dashes[index / 4 % Dashes.Length];

    public static string Symbol(int index) => Symbols[index % Symbols.Length];

    public static string StaticColour(string colour) =>
        colour == Ink ? StaticInk : Array.Find(Colours, entry => entry.Dark == colour).Static ?? colour;
}
