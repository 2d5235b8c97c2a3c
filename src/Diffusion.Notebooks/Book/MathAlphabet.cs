using System.Globalization;

namespace Diffusion.Notebooks;

/// <summary>Unicode's mathematical alphabets: MathML Core has no other way to a bold or a script letter.</summary>
internal static class MathAlphabet
{
    // Letters that Unicode had before it had the alphabet, where the alphabet has holes.
    private static readonly Dictionary<(string, char), string> s_exceptions = new()
    {
        [("mathcal", 'B')] = "ℬ",
        [("mathcal", 'E')] = "ℰ",
        [("mathcal", 'F')] = "ℱ",
        [("mathcal", 'H')] = "ℋ",
        [("mathcal", 'I')] = "ℐ",
        [("mathcal", 'L')] = "ℒ",
        [("mathcal", 'M')] = "ℳ",
        [("mathcal", 'R')] = "ℛ",
        [("mathcal", 'e')] = "ℯ",
        [("mathcal", 'g')] = "ℊ",
        [("mathcal", 'o')] = "ℴ",
        [("mathbb", 'C')] = "ℂ",
        [("mathbb", 'H')] = "ℍ",
        [("mathbb", 'N')] = "ℕ",
        [("mathbb", 'P')] = "ℙ",
        [("mathbb", 'Q')] = "ℚ",
        [("mathbb", 'R')] = "ℝ",
        [("mathbb", 'Z')] = "ℤ",
        [("mathfrak", 'C')] = "ℭ",
        [("mathfrak", 'H')] = "ℌ",
        [("mathfrak", 'I')] = "ℑ",
        [("mathfrak", 'R')] = "ℜ",
        [("mathfrak", 'Z')] = "ℨ",
    };

    public static string Map(char character, string font)
    {
        font = font == "mathscr" ? "mathcal" : font;
        if (s_exceptions.TryGetValue((font, character), out var exception))
        {
            return exception;
        }

        var (letters, digits) = font switch
        {
            "mathbf" => (0x1D400, 0x1D7CE),
            "mathcal" => (0x1D49C, 0),
            "mathfrak" => (0x1D504, 0),
            "mathbb" => (0x1D538, 0x1D7D8),
            "mathsf" => (0x1D5A0, 0x1D7E2),
            "mathtt" => (0x1D670, 0x1D7F6),
            _ => (0, 0),
        };
        return character switch
        {
            >= 'A' and <= 'Z' when letters > 0 => char.ConvertFromUtf32(letters + character - 'A'),
            >= 'a' and <= 'z' when letters > 0 => char.ConvertFromUtf32(letters + 26 + character - 'a'),
            >= '0' and <= '9' when digits > 0 => char.ConvertFromUtf32(digits + character - '0'),
            _ => character.ToString(CultureInfo.InvariantCulture),
        };
    }
}
