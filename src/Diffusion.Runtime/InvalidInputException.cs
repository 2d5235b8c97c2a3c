using System.Diagnostics.CodeAnalysis;

namespace Diffusion.Runtime;

/// <summary>Something the reader gave cannot be used: one line that says what was wrong, what it got and what it takes.</summary>
public sealed class InvalidInputException : ArgumentException
{
    /// <summary>Names the field, what it got and what it takes.</summary>
    /// <param name="field">The name of the parameter or of the field in the file, such as <c>T</c> or <c>mixture.stds</c>.</param>
    /// <param name="got">What was given, as it was written.</param>
    /// <param name="takes">What is allowed there.</param>
    public InvalidInputException(string field, string got, string takes)
        : base(OneLine($"{field}: got {got}; takes {takes}"))
    {
        Field = field;
    }

    /// <summary>The name of the parameter or field that was refused.</summary>
    public string Field { get; }

    /// <summary>A text without what a terminal would obey: line ends and other control characters.</summary>
    private static string OneLine(string text) =>
        string.Concat(text.ReplaceLineEndings(" ").Select(letter => char.IsControl(letter) ? ' ' : letter));

    /// <summary>Refuses what does not hold.</summary>
    internal static void Require([DoesNotReturnIf(false)] bool holds, string field, string got, string takes)
    {
        if (!holds)
        {
            throw new InvalidInputException(field, got, takes);
        }
    }
}
