using System.Globalization;

namespace Diffusion.Cli;

/// <summary>Numbers that stand in one option, with commas between them.</summary>
internal static class IntList
{
    public static IReadOnlyList<int> Parse(string option, string text) =>
    [
        .. text.Split(',').Select(part => int.TryParse(part.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number
            : throw new InvalidInputException(option, $"\"{text}\"", "whole numbers with commas between them")),
    ];
}
